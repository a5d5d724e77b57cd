// Manifests as `kubectl kustomize` renders them: each object keeps its published schema and has no member that the
// schema does not know; and together they are what deploy/README.md promises.
//   node manifests.mjs SERVICE.yaml JOB.yaml CONFIGURATION-OUT
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

const objects = (file) => parseAllDocuments(readFileSync(file, 'utf8')).map((each) => {
  assert.deepEqual(each.errors, [], file);
  return each.toJS();
});

/// `value` so that every member is noted that somebody reads; validators read each member that they know.
function watched(value, path, seen) {
  if (value === null || typeof value !== 'object') return value;
  const inner = Array.isArray(value)
    ? value.map((each, i) => watched(each, `${path}/${i}`, seen))
    : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, watched(each, `${path}/${key}`, seen)]));
  return new Proxy(inner, {
    get(target, key) {
      seen.add(`${path}/${String(key)}`);
      return target[key];
    },
  });
}

function paths(value, path, all) {
  if (value === null || typeof value !== 'object') return;
  for (const [key, each] of Object.entries(value)) {
    if (!Array.isArray(value)) all.push(`${path}/${key}`);
    paths(each, `${path}/${key}`, all);
  }
}

const kFree = /^\/(metadata|spec\/template\/metadata)\/(labels|annotations)\/|\/matchLabels\/|^\/data\/|\/selector\/[^/]+$|\/(requests|limits)\//;

async function check(object) {
  const name = `${object.kind} ${object.metadata?.name}`;
  const { [object.kind]: Model } = await import(`kubernetes-models/${object.apiVersion}/${object.kind}`);
  const seen = new Set();
  Model.prototype.validate.call(watched(object, '', seen));  // a Model of its own would be a copy
  const all = [];
  paths(object, '', all);
  const unknown = all.filter((path) => !seen.has(path) && !kFree.test(path));
  assert.deepEqual(unknown, [], `${name} has members that its schema does not know`);
  return name;
}

function podIsRestricted(pod, name) {
  const { securityContext: outer, containers } = pod;
  assert.equal(outer.runAsNonRoot, true, name);
  assert.ok(outer.runAsUser >= 10000, name);
  assert.equal(outer.seccompProfile.type, 'RuntimeDefault', name);
  assert.equal(pod.automountServiceAccountToken, false, name);
  for (const each of containers) {
    assert.equal(each.securityContext.readOnlyRootFilesystem, true, name);
    assert.equal(each.securityContext.allowPrivilegeEscalation, false, name);
    assert.deepEqual(each.securityContext.capabilities, { drop: ['ALL'] }, name);
    assert.ok(each.resources.limits.memory && each.resources.requests.cpu, name);
    assert.ok(!each.image.endsWith(':latest') && each.image.includes(':'), `${name}: an image without a version`);
  }
  const volumes = new Set(pod.volumes.map((each) => each.name));
  for (const { name: mount } of containers.flatMap((each) => each.volumeMounts)) assert.ok(volumes.has(mount), mount);
}

const service = objects(process.argv[2]);
const job = objects(process.argv[3]);
for (const each of [...service, ...job]) console.log(await check(each));

const only = (kind) => {
  const found = service.filter((each) => each.kind === kind);
  assert.equal(found.length, 1, kind);
  return found[0];
};
const replicas = only('Deployment');
const pod = replicas.spec.template.spec;
const [container] = pod.containers;
const labels = replicas.spec.template.metadata.labels;
podIsRestricted(pod, 'Deployment');
podIsRestricted(job[0].spec.template.spec, 'Job');
assert.ok(replicas.spec.replicas >= 2);
assert.ok(pod.topologySpreadConstraints.length >= 2);
assert.ok(only('PodDisruptionBudget').spec.minAvailable >= 1);
assert.equal(only('HorizontalPodAutoscaler').spec.scaleTargetRef.name, replicas.metadata.name);
assert.ok(only('HorizontalPodAutoscaler').spec.minReplicas >= replicas.spec.replicas);

// What selects the pods selects these, and what is called by name is there.
for (const selector of [replicas.spec.selector.matchLabels, only('PodDisruptionBudget').spec.selector.matchLabels,
  only('NetworkPolicy').spec.podSelector.matchLabels,
  ...service.filter((each) => each.kind === 'Service').map((each) => each.spec.selector),
  ...pod.topologySpreadConstraints.map((each) => each.labelSelector.matchLabels)])
  for (const [key, value] of Object.entries(selector)) assert.equal(labels[key], value);
assert.equal(replicas.spec.strategy.rollingUpdate.maxUnavailable, 0);
assert.equal(pod.serviceAccountName, only('ServiceAccount').metadata.name);
const ports = new Map(container.ports.map((each) => [each.name, each.containerPort]));
for (const each of service.filter((one) => one.kind === 'Service').flatMap((one) => one.spec.ports))
  assert.ok(ports.has(each.targetPort), each.targetPort);
for (const each of only('NetworkPolicy').spec.ingress.flatMap((one) => one.ports)) assert.ok(ports.has(each.port));
assert.deepEqual(only('NetworkPolicy').spec.policyTypes, ['Ingress', 'Egress']);

// The configuration listens where the ports are, and a pod has the time to drain.
const configuration = only('ConfigMap');
const volume = pod.volumes.find((each) => each.name === 'configuration');
assert.equal(volume.configMap.name, configuration.metadata.name, 'the ConfigMap is called by its hashed name');
const text = configuration.data['plumbline.jsonc'];
const options = JSON.parse(text.replace(/^\s*\/\/.*$/gm, ''));
for (const file of [options.knowledge.publicKey, options.knowledge.signature])
  assert.ok(configuration.data[file], `${file}, by which the content is known to be signed, is not in the ConfigMap`);
assert.equal(options.listen.port, ports.get('cds'));
assert.equal(options.admin.port, ports.get('admin'));
const secrets = container.volumeMounts.find((each) => each.name === 'store').mountPath;
assert.equal(options.store.type, 'postgresql', 'a pod has no place that outlives it');
for (const file of [options.store.keyFile, options.store.passwordFile]) assert.ok(file.startsWith(`${secrets}/`), file);
assert.ok(only('NetworkPolicy').spec.egress.some((each) => each.ports.some((port) => port.port === 5432)));
const sleep = Number(container.lifecycle.preStop.exec.command[1]);
assert.ok(pod.terminationGracePeriodSeconds > sleep + (options.limits?.drainSeconds ?? 10));
for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'])
  assert.equal(container[probe].httpGet.port, 'admin');
assert.equal(container.readinessProbe.httpGet.path, '/health/ready');
writeFileSync(process.argv[4], text);

// Each index of the Job is one part of the shards.
const { spec } = job[0];
const [script] = spec.template.spec.containers[0].args;
assert.equal(spec.completionMode, 'Indexed');
assert.match(script, new RegExp(`--shard \\$\\(\\(JOB_COMPLETION_INDEX \\+ 1\\)\\)/${spec.completions} `));
