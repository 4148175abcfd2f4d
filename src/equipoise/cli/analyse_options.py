"""The options of `equipoise analyse`: their names and what they say of themselves, in the order of its help.

`trial_options` turns their texts into values; `trial.yaml` may hold them too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Text = str | None
Texts = list[str] | None

Diary = Annotated[
    Path, typer.Argument(metavar="TABLE", help="A CSV table of one or more people, or a folder with a trial.yaml.")
]

# What the columns are.
Time = Annotated[Text, typer.Option("--time", help="Column of the day (a number) or of the date and time.")]
Outcome = Annotated[Text, typer.Option("--outcome", help="Column of the rating; empty where it is missing.")]
Label = Annotated[Text, typer.Option("--label", help="What the rating is called in the report: low mood.")]
On = Annotated[Text, typer.Option("--on", help="Column of what was taken: 0 and 1, a level, or words.")]
OnValue = Annotated[Text, typer.Option("--on-value", help="The word that means: taken.")]
Kept = Annotated[Text, typer.Option("--kept", help="Column that says whether the plan was kept: yes, no, or empty.")]
Case = Annotated[Text, typer.Option("--case", help="Column that tells people apart; one answer each.")]
CaseLabel = Annotated[Text, typer.Option("--case-label", help="Whose diary it is, as the report says it: a pseudonym.")]
Adjunct = Annotated[Text, typer.Option("--adjunct", help="What was tried, as the report says it.")]
Where = Annotated[Texts, typer.Option("--where", metavar="COLUMN=VALUE", help="Only these rows. Repeats.")]
Covariates = Annotated[Texts, typer.Option("--covariate", help="A column to adjust for. Repeats.")]
Guess = Annotated[
    Text, typer.Option("--guess", help="Column of what the patient believed to have taken: 1, 0 or empty.")
]

# How the order was drawn.
Design = Annotated[
    str, typer.Option("--design", help="How the order was drawn: auto, blocks, daily, coin, taper, observational.")
]
Unit = Annotated[Text, typer.Option("--unit", help="Daily draws: the column that tells drawn days apart (study day).")]
MaxRun = Annotated[int | None, typer.Option("--max-run", help="Daily draws: the longest run allowed.")]

# What a rating is.
Instrument = Annotated[
    Text, typer.Option("--instrument", help="Recall window and bounds from the records: phq9, gad7, who5.")
]
Mcid = Annotated[float | None, typer.Option("--mcid", help="Smallest difference that matters, in points.")]
Better = Annotated[str, typer.Option("--better", help="Which direction is a relief: lower or higher.")]
HalfLife = Annotated[
    str,
    typer.Option(
        "--half-life",
        help="Build-up and decay of the effect: 0, 2d, 36h, lognormal(2,0.5), an adjunct, for that of its kinetics, or "
        "kernel:ADJUNCT, for the day-by-day course of its kinetics.",
    ),
]
Before = Annotated[
    float | None, typer.Option("--before", help="What was taken long before the first row: 0 none, 1 in full.")
]
Recall = Annotated[str, typer.Option("--recall", help="The rating looks back over so long: 14d.")]
Every = Annotated[
    Text, typer.Option("--every", help="From one planned rating to the next: 7d. Default: as the ratings suggest.")
]
Bounds = Annotated[Text, typer.Option("--bounds", help="Least and greatest score: 0,27.")]

# The model.
Trend = Annotated[str, typer.Option("--trend", help="linear, spline or none.")]
Likelihood = Annotated[
    str, typer.Option("--likelihood", help="auto, gaussian, ordinal_sum, ordinal, binary or poisson.")
]
Prior = Annotated[str, typer.Option("--prior", help="sceptical (default) or weak (flat in level and correlation).")]
EffectPrior = Annotated[
    float | None, typer.Option("--effect-prior", help="SD of the effect's prior, in planning SDs. Default 1.")
]
PhiPrior = Annotated[Text, typer.Option("--phi-prior", help="Correlation over one day: beta(2,2) or uniform(0,0.99).")]
S0 = Annotated[Text, typer.Option("--s0", help="Planning SD in points: a number, or `sd` for that of all ratings.")]
Fewest = Annotated[int, typer.Option("--fewest", help="Ratings needed at each level.")]
Seed = Annotated[int, typer.Option("--seed", help="Draws the orders of a randomisation test.")]

# What is written.
Report = Annotated[
    list[Path] | None, typer.Option("--report", help="Write a report: a file that ends in .html or .pdf. Repeats.")
]
PatientPage = Annotated[Path | None, typer.Option("--patient-page", help="Write the page in plain language (.html).")]
