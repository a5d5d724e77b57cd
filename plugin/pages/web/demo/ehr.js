// The EHR's side of CDS Hooks: charts, and the request that each hook makes of one.

export const HOOKS = [
  { hook: 'patient-view', label: 'Open chart' },
  { hook: 'encounter-start', label: 'Start visit' },
  { hook: 'order-select', label: 'Choose order' },
  { hook: 'order-sign', label: 'Sign' },
  { hook: 'problem-list-item-create', label: 'Add problem' },
  { hook: 'encounter-discharge', label: 'Discharge' },
];

const ORDERS = ['ServiceRequest', 'MedicationRequest'];

/** The JSON at an address of this service. */
export async function getJson(address) {
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(`${address}: ${reply.status}`);
  return reply.json();
}

/** `body` posted as JSON: the status and what came back, whatever it is. */
export async function post(address, body) {
  const reply = await fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: reply.status, body: await reply.json() };
}

/** The demo's charts are written as of one day; read on another, every date moves along. */
function movedBy(days, value) {
  if (days === 0) return value;
  if (Array.isArray(value)) return value.map((each) => movedBy(days, each));
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, key === 'birthDate' ? each : movedBy(days, each)]),
    );
  }
  const date = typeof value === 'string' && /^(\d{4}-\d{2}-\d{2})(T.*)?$/.exec(value);
  if (!date) return value;
  const moved = new Date(Date.parse(`${date[1]}T00:00:00Z`) + days * 86400000);
  return moved.toISOString().slice(0, 10) + (date[2] ?? '');
}

/** A chart of the demo's menu as of `clock`. */
export async function listedChart(menu, entry, clock) {
  const bundle = await getJson(`/demo/charts/${entry.id}.json`);
  const days = Math.floor((Date.parse(clock) - Date.parse(menu.asOf)) / 86400000);
  const chart = chartFrom(JSON.stringify(movedBy(days, bundle)));
  return { ...chart, failed: entry.failed ?? [], story: entry.story };
}

export const isDraft = (resource) => ORDERS.includes(resource.resourceType) && resource.status === 'draft';

/** The resources of a Bundle, of what lies in it, and of single ones. */
function resourcesIn(value) {
  if (!value || typeof value !== 'object') return [];
  if (value.resourceType === 'Bundle') return (value.entry ?? []).flatMap((each) => resourcesIn(each?.resource));
  return typeof value.resourceType === 'string' && value.resourceType !== 'OperationOutcome' ? [value] : [];
}

/**
 * A chart from a patient's Bundle or a hook request, with the hook it came by. Throws an Error whose message says what
 * is not right with it.
 */
export function chartFrom(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('This is not JSON.');
  }
  const isRequest = Boolean(value?.prefetch || value?.hook);
  if (!isRequest && value?.resourceType !== 'Bundle') {
    throw new Error('This is neither a FHIR Bundle nor a CDS Hooks request.');
  }
  const parts = isRequest
    ? [...Object.values(value.prefetch ?? {}), value.context?.draftOrders, value.context?.conditions]
    : [value];
  const resources = parts.flatMap(resourcesIn);
  const patient = resources.find((each) => each.resourceType === 'Patient');
  if (!patient?.id) throw new Error('There is no Patient with an id in it.');
  return {
    id: patient.id,
    resources: [...new Map(resources.map((each) => [`${each.resourceType}/${each.id ?? Math.random()}`, each])).values()],
    failed: [],
    hook: HOOKS.some((each) => each.hook === value.hook) ? value.hook : undefined,
  };
}

function categoryOf(observation) {
  const codes = (observation.category ?? []).flatMap((each) => each?.coding ?? []).map((each) => each?.code);
  const keys = { 'vital-signs': 'vitals', laboratory: 'labs', survey: 'surveys' };
  return codes.map((code) => keys[code]).find(Boolean) ?? 'observations';
}

/** The prefetch key that a resource of the chart is found by. */
function keyOf(resource) {
  if (resource.resourceType === 'Observation') return categoryOf(resource);
  return {
    Condition: 'conditions',
    QuestionnaireResponse: 'responses',
    MedicationRequest: 'medications',
    MedicationStatement: 'medications',
    Procedure: 'procedures',
    DiagnosticReport: 'reports',
    ServiceRequest: 'orders',
    Appointment: 'appointments',
    DocumentReference: 'notes',
  }[resource.resourceType] ?? 'observations';
}

const LISTS = ['conditions', 'observations', 'vitals', 'labs', 'surveys', 'responses', 'medications', 'procedures',
  'reports', 'orders', 'appointments', 'notes'];

const bundle = (resources, type = 'searchset') => ({
  resourceType: 'Bundle',
  type,
  ...(type === 'searchset' ? { total: resources.length } : {}),
  entry: resources.map((resource) => ({ resource })),
});

const failure = {
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'transient', diagnostics: 'The search could not be run.' }],
};

/** What an EHR would send along: every published key, answered whole unless the chart says that its search failed. */
function prefetchOf(chart) {
  const patient = chart.resources.find((each) => each.resourceType === 'Patient');
  const encounter = chart.resources.find((each) => each.resourceType === 'Encounter');
  const prefetch = { patient, encounter: encounter ?? null };
  const kept = chart.resources.filter((each) => each !== patient && each !== encounter && !isDraft(each));
  for (const key of LISTS) {
    prefetch[key] = chart.failed.includes(key) ? failure : bundle(kept.filter((each) => keyOf(each) === key));
  }
  return prefetch;
}

/** The request that `hook` makes of this chart; `problem` is what is being added to the problem list. */
export function requestFor(hook, chart, problem) {
  const drafts = chart.resources.filter(isDraft);
  const encounter = chart.resources.find((each) => each.resourceType === 'Encounter');
  const context = { userId: 'Practitioner/demo', patientId: chart.id, encounterId: encounter?.id ?? 'demo-visit' };
  if (hook === 'order-select') context.selections = drafts.map((each) => `${each.resourceType}/${each.id}`);
  if (hook === 'order-select' || hook === 'order-sign') context.draftOrders = bundle(drafts, 'collection');
  if (hook === 'problem-list-item-create') context.conditions = bundle([problem], 'collection');
  return { hook, hookInstance: crypto.randomUUID(), context, prefetch: prefetchOf(chart) };
}

/** A note of this moment as a document of the chart. */
export function noteResource(chart, text, now) {
  const bytes = new TextEncoder().encode(text);
  return {
    resourceType: 'DocumentReference',
    id: 'todays-note',
    status: 'current',
    type: { text: 'Consultation note' },
    subject: { reference: `Patient/${chart.id}` },
    date: now,
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          data: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')),
        },
      },
    ],
  };
}

/** A problem of this chart with the given code, active from today. */
export function problemResource(chart, code, now) {
  const coding = (system, value) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code: value }] });
  return {
    resourceType: 'Condition',
    id: 'new-problem',
    clinicalStatus: coding('condition-clinical', 'active'),
    verificationStatus: coding('condition-ver-status', 'confirmed'),
    category: [coding('condition-category', 'problem-list-item')],
    code,
    subject: { reference: `Patient/${chart.id}` },
    recordedDate: now,
  };
}

let drafted = 0;

/** A draft order of this chart. */
export function draftResource(chart, resource, now) {
  return {
    ...resource,
    id: `draft-${++drafted}`,
    status: 'draft',
    intent: 'order',
    subject: { reference: `Patient/${chart.id}` },
    authoredOn: now,
  };
}
