"""Names of medicines: exact matches are taken, others are shown, none is dropped."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from equipoise.knowledge import Knowledge
from equipoise.knowledge.resolve import Resolver
from equipoise.knowledge.rxnorm import RxNormNames
from equipoise.model.case import Medication

EXACT = [
    ("Sertraline HCl 50 mg tab", {"sertraline"}),
    ("Fluoxetine 25MG", {"fluoxetine"}),
    ("ZOLOFT", {"sertraline"}),
    ("Effexor XR 75mg", {"venlafaxine"}),
    ("sertraline 50 MG Oral Tablet [Zoloft]", {"sertraline"}),
    ("Carbamazepine[Tegretol]", {"carbamazepine"}),
    ("Acetaminophen 325 MG / Hydrocodone Bitartrate 7.5 MG Oral Tablet", {"paracetamol", "hydrocodone"}),
    ("oxycodone-acetaminophen", {"oxycodone", "paracetamol"}),
    ("Percocet 5/325", {"oxycodone", "paracetamol"}),
    ("Lithium carbonate 300 mg", {"lithium"}),
    ("Potassium chloride 10 mEq", {"potassium_chloride"}),
    ("St. John's Wort 300 mg capsule", {"st_johns_wort"}),
    ("12 HR Hydrocodone Bitartrate 10 MG Extended Release Oral Capsule", {"hydrocodone"}),
    ("divalproex sodium", {"valproate"}),
    ("Vitamin A 5000 IU", {"retinol"}),
    ("Vitamin B 12 5 MG/ML Injectable Solution", {"cyanocobalamin"}),
    ("ferrous sulfate 325 MG Oral Tablet", {"ferrous_sulfate"}),
    ("quetiapine 100 mg nocte", {"quetiapine"}),
    ("NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector", {"epinephrine"}),
    ("Contrave", {"naltrexone", "bupropion"}),
    ("Symbyax", {"olanzapine", "fluoxetine"}),
]


@pytest.mark.parametrize(("text", "expected"), EXACT)
def test_a_name_resolves_with_its_strength_form_and_salt(knowledge: Knowledge, text: str, expected: set[str]) -> None:
    """Strength, form, route, salt and brand in brackets do not hide the name; every ingredient is found."""
    assert set(Resolver(knowledge).resolve(Medication(text=text)).medicines) == expected


@pytest.mark.parametrize(
    ("text", "likely"), [("sertralin", "sertraline"), ("Trazadone", "trazodone"), ("quetiapin 25", "quetiapine")]
)
def test_a_misspelt_name_is_shown_and_never_taken(knowledge: Knowledge, text: str, likely: str) -> None:
    """A fuzzy match is a candidate for a person to confirm; it is not screened."""
    found = Resolver(knowledge).resolve(Medication(text=text))
    assert found.medicines == ()
    assert found.reason
    assert found.candidates[0].medicine == likely


def test_candidates_lie_within_eight_points(knowledge: Knowledge) -> None:
    """A second candidate is shown only while it is within 8 points of the best."""
    for text in ("trazadone", "hydroxizine", "clonazepan", "prednison"):
        scores = [item.score for item in Resolver(knowledge).resolve(Medication(text=text)).candidates]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] - scores[-1] <= 8


def test_a_part_of_a_product_without_a_record_stays_visible(knowledge: Knowledge) -> None:
    """A product with one known and one unknown ingredient is screened for the known one and reported for the other."""
    found = Resolver(knowledge).resolve(Medication(text="Sertraline 50 MG / Unobtainium 3 MG Oral Tablet"))
    assert found.medicines == ("sertraline",)
    assert "unobtainium" in found.reason


WHOLE = [
    ({"text": "Product X", "ingredients": ["sertraline", "phenelzine"]}, {"sertraline", "phenelzine"}, ""),
    ({"text": "Bundle 7", "ingredients": ["sertraline", "foobarol"]}, {"sertraline"}, "foobarol"),
    ({"text": "sertraline", "ingredients": ["phenelzine"]}, {"sertraline", "phenelzine"}, ""),
    ({"text": "Zoloft (sertraline) and Nardil (phenelzine)"}, {"sertraline", "phenelzine"}, ""),
    ({"text": "Sertraline [Zoloft] + tramadol"}, {"sertraline", "tramadol"}, ""),
    ({"text": "tramadol 50 mg (with phenelzine)"}, {"tramadol", "phenelzine"}, ""),
    ({"text": "buprenorphine (naloxone)"}, {"buprenorphine", "naloxone"}, ""),
    ({"text": "Foobarol (sertraline)"}, {"sertraline"}, "foobarol"),
    ({"text": "sertraline / foobarol", "rxcui": ["36437"]}, {"sertraline"}, "foobarol"),
    ({"text": "as coded", "rxcui": ["36437", "9999999"]}, {"sertraline"}, "9999999"),
    ({"text": "sertraline", "rxcui": ["36437"], "atc": ["N06AF03"]}, {"sertraline", "phenelzine"}, ""),
    ({"text": "Tylenol #3"}, {"paracetamol"}, "tylenol 3"),
    ({"text": "Tylenol 3", "rxcui": ["161"]}, {"paracetamol"}, "tylenol 3"),
    ({"text": "sertraline for depression", "rxcui": ["36437"]}, {"sertraline"}, ""),
    ({"text": "sertraline for depression", "rxcui": ["36437", "9999999"]}, {"sertraline"}, "9999999"),
    ({"text": "Zoloft for sleep", "ingredients": ["sertraline"]}, {"sertraline"}, ""),
    ({"text": "klamath weed"}, {"st_johns_wort"}, ""),
]


@pytest.mark.parametrize(("entry", "expected", "lacking"), WHOLE)
def test_no_part_of_an_entry_is_left_out(
    knowledge: Knowledge, entry: dict[str, object], expected: set[str], lacking: str
) -> None:
    """Codes, text, brackets and ingredients are read together; what no record describes is named."""
    found = Resolver(knowledge).resolve(Medication.model_validate(entry))
    assert set(found.medicines) == expected
    assert lacking in found.reason
    assert bool(found.reason) is bool(lacking)


CHART = [
    ("Suboxone 8-2", {"buprenorphine", "naloxone"}, ""),
    ("Suboxone 8-2 mg film", {"buprenorphine", "naloxone"}, ""),
    ("oxycodone-acetaminophen 5-325", {"oxycodone", "paracetamol"}, ""),
    ("oxycodone/acetaminophen 5/325", {"oxycodone", "paracetamol"}, ""),
    ("oxycodone-acetaminophen 5-325mg q4-6h prn pain", {"oxycodone", "paracetamol"}, "entry: pain"),
    ("buprenorphine-naloxone SL film", {"buprenorphine", "naloxone"}, ""),
    ("naltrexone depot", {"naltrexone"}, ""),
    ("prednisone taper", {"prednisone"}, ""),
    ("aripiprazole LAI", {"aripiprazole"}, ""),
    ("ketamine infusion", {"ketamine"}, ""),
    ("Fentanyl 25 mcg patch q72h", {"fentanyl"}, ""),
    ("Ativan 1mg PRN anxiety", {"lorazepam"}, "entry: anxiety"),
    ("Humulin 70/30 for diabetes", {"insulin", "insulin_isophane"}, "entry: diabetes"),
    ("sertraline with tramadol", {"sertraline", "tramadol"}, ""),
    ("sertraline,tramadol", {"sertraline", "tramadol"}, ""),
    ("furosemide 40 mg, potassium 20 mEq", {"furosemide", "potassium_chloride"}, ""),
    ("Ativan taper to clonazepam", {"lorazepam", "clonazepam"}, "entry: to"),
    ("stop fluoxetine start phenelzine", {"fluoxetine", "phenelzine"}, "entry: stop, start"),
    ("sertraline (taken with Nardil)", {"sertraline", "phenelzine"}, "entry: taken"),
    ("oxycodone-foobarol 5-325", {"oxycodone"}, "entry: foobarol"),
    ("sertraline sertralin", {"sertraline"}, "entry: sertralin"),
    ("sertraline plus tea", {"sertraline"}, "entry: plus tea"),
    ("dextromethorphan 1 MG/ML Oral Solution [DayQuil Cough]", {"dextromethorphan"}, ""),
    ("{1 (sertraline 50 MG Oral Tablet) / 1 (118 ML) (foobarol 20 MG/ML Soap) } Pack", {"sertraline"}, "foobarol soap"),
    ("MST 10", set(), "no record"),
]


@pytest.mark.parametrize(("text", "expected", "lacking"), CHART)
def test_a_line_as_charts_hold_it_names_its_medicines_and_its_other_words(
    knowledge: Knowledge, text: str, expected: set[str], lacking: str
) -> None:
    """A whole name is taken, form, strength and schedule mean nothing more, and every other word stays visible."""
    found = Resolver(knowledge).resolve(Medication(text=text))
    assert set(found.medicines) == expected
    assert found.reason.endswith(lacking) or lacking == "no record"
    assert bool(found.reason) is bool(lacking)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MST 10", {"morphine"}),
        ("sertralin 50 mg PRN mood", {"sertraline"}),
        ("fluoxetine sertralin", {"sertraline"}),
        ("stop fluoxetine start phenelzine", set()),
        ("take 1 tab of lorazepam", set()),
        ("sertraline for depression", set()),
    ],
)
def test_candidates_share_a_word_with_the_text_or_resemble_one(
    knowledge: Knowledge, text: str, expected: set[str]
) -> None:
    """No medicine is offered because letters of the text happen to stand in its name, or for an everyday word."""
    assert {item.medicine for item in Resolver(knowledge).resolve(Medication(text=text)).candidates} == expected


@pytest.mark.parametrize("text", ["Sertraline; meloxicam", "Meloxicam 15 mg; Zoloft"])
def test_a_display_of_the_code_beside_another_text_is_a_contradiction(knowledge: Knowledge, text: str) -> None:
    """Where text and code name different medicines it says so, although the code's display agrees with the code."""
    found = Resolver(knowledge).resolve(Medication.model_validate({"text": text, "rxcui": "41493"}))
    assert found.medicines == ()
    assert "its code and its text name different medicines (meloxicam / sertraline)" in found.reason
    assert {item.medicine for item in found.candidates} == {"meloxicam", "sertraline"}


def test_a_medicine_mentioned_beside_a_code_for_another_is_a_contradiction(knowledge: Knowledge) -> None:
    """A sentence that names one medicine under the code of another is shown, and neither is taken."""
    found = Resolver(knowledge).resolve(Medication.model_validate({"text": "take Nardil please", "rxcui": ["36437"]}))
    assert found.medicines == ()
    assert {item.medicine for item in found.candidates} == {"sertraline", "phenelzine"}


def test_code_and_text_that_disagree_are_both_shown_and_neither_is_taken(knowledge: Knowledge) -> None:
    """A code for one medicine under the text of another is a contradiction for a person to settle."""
    found = Resolver(knowledge).resolve(Medication.model_validate({"text": "lithium carbonate", "rxcui": ["36437"]}))
    assert found.medicines == ()
    assert {item.medicine for item in found.candidates} == {"lithium", "sertraline"}


def test_a_person_may_confirm_a_candidate(knowledge: Knowledge) -> None:
    """A confirmed medicine is taken; a confirmed one without a record is not assessed."""
    resolver = Resolver(knowledge)
    assert resolver.resolve(Medication(text="sertralin", medicine="sertraline")).medicines == ("sertraline",)
    assert resolver.resolve(Medication(text="x", medicine="no_such_medicine")).medicines == ()


def test_an_imported_table_resolves_product_codes(knowledge: Knowledge) -> None:
    """A product code resolves through the imported RxNorm names; salts and combinations in its list add nothing."""
    table = RxNormNames(
        {
            "208161": ("sertraline 50 MG Oral Tablet [Zoloft]", ("36437",)),
            "756": ("Anafranil", ("2597", "81984")),
            "81984": ("clomipramine hydrochloride", ("81984",)),
            "42844": ("Unlisted Brand", ("7804", "99484259")),
            "9999": ("unobtainium", ("9999",)),
        },
        {"anafranil": "756", "unlisted brand": "42844", "unobtainium": "9999"},
    )
    resolver = Resolver(knowledge, table)

    def medicines(code: str) -> tuple[str, ...]:
        return resolver.resolve(Medication.model_validate({"text": "as coded", "rxcui": [code]})).medicines

    assert medicines("208161") == ("sertraline",)
    assert medicines("756") == ("clomipramine",)
    partly = resolver.resolve(Medication.model_validate({"text": "as coded", "rxcui": ["42844"]}))
    assert partly.medicines == ("oxycodone",)
    assert "RxNorm 99484259" in partly.reason
    unknown = resolver.resolve(Medication.model_validate({"text": "as coded", "rxcui": ["9999"]}))
    assert unknown.medicines == ()
    assert "unobtainium" in unknown.reason


PACK = "{24 (drospirenone 3 MG / ethinyl estradiol 0.02 MG Oral Tablet) / 4 (inert ingredients 1 MG Oral Tablet) } Pack"
CONCEPTS = {
    "1": (f"{PACK} [Foo 28 Day]", ("4124", "11636", "9", "71", "72", "73")),
    "2": ("Foozide", ("5487", "10763", "81", "82")),
    "3": ("Foocet", ("7804", "91")),
    "4": ("barium enema 5 MG / calcium carbonate 325 MG Oral Tablet", ("1897",)),
    "5": ("sertraline", ("36437", "9")),
    "9": ("inert ingredients", ("9",)),
    "4124": ("ethinyl estradiol", ("4124",)),
    "11636": ("drospirenone", ("11636",)),
    "71": ("ethinyl estradiol / levonorgestrel", ("71",)),
    "72": ("drospirenone / ethinyl estradiol", ("72",)),
    "73": ("drospirenone / estetrol", ("73",)),
    "5487": ("hydrochlorothiazide", ("5487",)),
    "10763": ("triamterene", ("10763",)),
    "81": ("hydrochlorothiazide / triamterene", ("81",)),
    "82": ("enalapril / hydrochlorothiazide", ("82",)),
    "7804": ("oxycodone", ("7804",)),
    "91": ("ibuprofen / oxycodone", ("91",)),
    "1897": ("calcium carbonate", ("1897",)),
}


@pytest.mark.parametrize(
    ("code", "medicines", "lacking"),
    [
        ("1", {"ethinylestradiol", "drospirenone"}, ""),  # a pack lists its tablets; related combinations add nothing
        ("2", {"hydrochlorothiazide", "triamterene"}, ""),  # one combination is just what is listed
        ("3", {"oxycodone"}, "ibuprofen / oxycodone"),  # holds what is listed and more: it may be the product
        ("4", {"calcium_carbonate"}, "barium enema"),  # the name lists what the codes lack
        ("5", {"sertraline"}, ""),  # an inert ingredient is none
    ],
)
def test_a_combination_code_of_an_imported_table_counts_as_its_ingredients(
    knowledge: Knowledge, code: str, medicines: set[str], lacking: str
) -> None:
    """Combinations that are merely related and inert ingredients are no parts; what may be an ingredient stays."""
    resolver = Resolver(knowledge, RxNormNames(CONCEPTS, {}))
    found = resolver.resolve(Medication.model_validate({"text": "as coded", "rxcui": [code]}))
    assert set(found.medicines) == medicines
    assert lacking in found.reason
    assert bool(found.reason) is bool(lacking)


def test_the_adjunct_on_the_list_is_recognised(knowledge: Knowledge) -> None:
    """The adjunct and its constituents are known by name and are not 'not assessed'."""
    for text in ("kratom", "Mitragynine", "Mitragyna speciosa"):
        found = Resolver(knowledge).resolve(Medication(text=text))
        assert found.adjunct == "kratom"
        assert not found.reason


PRODUCTS = [
    *("7OH gummies", "7OH", "7 OH", "7-OH shot", "7-hydroxy", "7 hydroxymitragynine", "kratom 7-hydroxymitragynine"),
    *("Kratom 7-OH extract", "7-OHMZ", "pseudoindoxyl", "MGM-15", "MGM 15", "mgm16", "mitragynine pseudoindoxyl"),
    *("7-OH 20mg tablets", "Mitragyna speciosa leaf", "kratom extract shot", "Maeng Da powder", "kratom (7OH)"),
]


@pytest.mark.parametrize("text", PRODUCTS)
def test_a_product_of_the_adjunct_is_recognised_by_a_name_inside_it(knowledge: Knowledge, text: str) -> None:
    """However a product is spelt, a name of the adjunct in it is enough; product words are no ingredient."""
    found = Resolver(knowledge).resolve(Medication(text=text))
    assert (found.adjunct, found.medicines, found.reason) == ("kratom", (), "")


@pytest.mark.parametrize(
    ("text", "medicines", "lacking"),
    [
        ("7OH gummies (with phenelzine)", {"phenelzine"}, ""),
        ("phenelzine kratom", {"phenelzine"}, ""),
        ("7-OH + foobarol", set(), "foobarol"),
        ("Kratom Gold Brand 500 mg capsules", set(), "gold brand"),
    ],
)
def test_what_stands_beside_the_adjunct_is_not_lost(
    knowledge: Knowledge, text: str, medicines: set[str], lacking: str
) -> None:
    """Another medicine in the entry is screened too, and words that nobody can place stay visible."""
    found = Resolver(knowledge).resolve(Medication(text=text))
    assert found.adjunct == "kratom"
    assert set(found.medicines) == medicines
    assert lacking in found.reason
    assert bool(found.reason) is bool(lacking)


def test_a_longer_number_or_word_is_no_name_of_the_adjunct(knowledge: Knowledge) -> None:
    """A name counts as whole words only: 17-OH progesterone and 25-OH vitamin D are no 7-OH products."""
    for text in ("17-OH progesterone", "25-OH vitamin D", "kratomania"):
        assert Resolver(knowledge).resolve(Medication(text=text)).adjunct is None


def test_every_name_of_its_medicine_means_the_adjunct(knowledge: Knowledge) -> None:
    """An adjunct that is a medicine too is recognised under each spelling of the medicine's record."""
    for text in ("St. John's Wort 300 mg", "St John's wort tea", "Hypericum perforatum (herb) dry extract 300 mg"):
        found = Resolver(knowledge).resolve(Medication(text=text))
        assert (found.medicines, found.adjunct, found.reason) == (("st_johns_wort",), "st_johns_wort", "")


def test_every_name_of_every_record_resolves_to_that_record(knowledge: Knowledge) -> None:
    """No record is hidden behind another one's name, and no name loses its own words to the clean-up."""
    resolver = Resolver(knowledge)
    wrong: list[str] = []
    for medicine in knowledge.medicines.values():
        for name in (medicine.name, *medicine.synonyms, *medicine.brands):
            found = resolver.resolve(Medication(text=name))
            if medicine.id not in found.medicines and found.adjunct is None:
                wrong.append(f"{name} ({medicine.id}) -> {found.medicines}")
    assert not wrong


def test_the_import_says_of_each_file_what_is_wrong_in_its_own_words(tmp_path: Path) -> None:
    """Damaged, cut, foreign and absent files come in one message, without the words of the library that met them."""
    from equipoise.errors import InputError
    from equipoise.knowledge.rxnorm import import_rxnorm

    whole = gzip.compress(b"rxcui\ttty\tname\tingredient_rxcuis\n" * 500)
    damaged = "gzip data that is damaged or ends too early"
    files = {
        "bad.gz": (b"\x1f\x8b\x08broken", damaged),
        "cut.gz": (whole[:-20], damaged),
        "flipped.gz": (whole[:12] + bytes([whole[12] ^ 255]) + whole[13:], damaged),
        "latin.tsv": (b"rxcui\xff\n", "a byte at position 5 that is not UTF-8"),
        "long.tsv": (b"rxcui\ttty\tname\tingredient_rxcuis\n1\tIN\t" + b"x" * 200_000, "something else after line 1"),
    }
    for name, (content, _) in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        import_rxnorm([*(tmp_path / name for name in files), tmp_path / "absent.tsv", tmp_path])
    found = {Path(fault.path).name: fault.found for fault in error.value.faults}
    expected = {name: what for name, (_, what) in files.items()}
    assert found == {**expected, "absent.tsv": "no such file or directory", tmp_path.name: "is a directory"}


def test_the_import_refuses_a_file_with_faulty_rows(tmp_path: Path) -> None:
    """All faulty rows are named with their line, and nothing is kept."""
    from equipoise.errors import InputError
    from equipoise.knowledge.rxnorm import import_rxnorm

    file = tmp_path / "names.tsv"
    file.write_text("rxcui\ttty\tname\tingredient_rxcuis\n12x\tIN\tfoo\t\n36437\tIN\tsertraline\t36437|y\n")
    with pytest.raises(InputError) as error:
        import_rxnorm([file, tmp_path / "absent.tsv"])
    message = str(error.value)
    assert "names.tsv:2" in message
    assert "names.tsv:3" in message
    assert "absent.tsv" in message
