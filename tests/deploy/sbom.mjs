// A bill of materials keeps the published schema, names what the program is linked to, and no component twice.
//   node sbom.mjs SBOM.json PACKAGE…
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

const text = readFileSync(process.argv[2], 'utf8');
const errors = await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(text);
assert.equal(errors, null, JSON.stringify(errors));
const { components } = JSON.parse(text);
const references = components.map((each) => each['bom-ref']);
assert.equal(new Set(references).size, references.length);
for (const each of components) {
  assert.ok(each.version && each.purl && each.licenses.length > 0, each.name);
  assert.ok(['required', 'excluded'].includes(each.scope), each.name);
}
const required = components.filter((each) => each.scope === 'required');
for (const name of process.argv.slice(3)) assert.ok(required.some((each) => each.name === name), name);
assert.ok(required.every((each) => each.purl.startsWith('pkg:deb/') || !each.properties[0].value.startsWith('tests/')));
console.log(`${required.length} components are delivered or linked, ${components.length - required.length} are of tests alone`);
