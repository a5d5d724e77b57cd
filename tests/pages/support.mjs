// What every test of the pages needs: the service in demo mode, a browser, and a page that reports what goes wrong.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const PROGRAM = process.env.PLUMBLINE_PROGRAM;
const BROWSER = process.env.PLUMBLINE_BROWSER;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function start(folder, args) {
  const child = spawn(PROGRAM, ['serve', ...args, '--now', '2026-11-25T09:10:00Z'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(String(line).trim().replace(/^ready /, '')));
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** A demo on a free port, its clock at the day that its charts were written. */
export async function startService() {
  const data = mkdtempSync(join(tmpdir(), 'plumbline-pages-'));
  return {
    ...await start(data, ['--demo', '--port', '0', '--data', data]),
    data,
    /** What it has stored as feedback. */
    feedback: () =>
      String(execFileSync(PROGRAM, ['report', '--data', data, '--export', 'feedback', '--format', 'ndjson']))
        .split('\n').filter(Boolean).map((line) => JSON.parse(line)),
  };
}

/** A service by the configuration that `make(folder)` gives; no demo unless `more` says so. */
export async function startServiceWith(make, more = []) {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-pages-'));
  writeFileSync(join(folder, 'plumbline.jsonc'), JSON.stringify(make(folder)));
  return start(folder, ['--config', join(folder, 'plumbline.jsonc'), ...more]);
}

/** A port that nothing listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const startBrowser = () => chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--disable-gpu'] });

/** A new page of the service that keeps what a page must never do: fail, complain, or ask anybody else for anything. */
export async function newPage(browser, service, options = {}) {
  const context = await browser.newContext({ baseURL: service.url, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on('pageerror', (error) => page.wrong.push(`error: ${error.message}`));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && page.wrong.push(message.text()));
  page.on('dialog', (dialog) => { page.wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => {
    if (!request.url().startsWith(service.url)) page.wrong.push(`asked ${request.url()}`);
  });
  page.setDefaultTimeout(10000);
  return page;
}

/** Opens a chart of the demo and waits for its answer. */
export async function openChart(page, id) {
  await page.goto(`/demo/#${id}`);
  await page.locator('#answer[data-call]').waitFor();
}

/** Does what makes the EHR call, and waits until what it shows is the answer to that. */
export async function answered(page, act) {
  const before = Number(await page.locator('#answer').getAttribute('data-call'));
  await act();
  await page.waitForFunction((call) => Number(document.getElementById('answer').dataset.call) > call, before);
}

/** No violation of WCAG 2.2 A or AA, nor of axe's best practices, with everything unfolded. */
export async function accessible(page, where) {
  await page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true; }));
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const told = violations.map((each) => `${each.id}: ${each.nodes.length} × ${each.nodes[0].html.slice(0, 200)} ${each.nodes[0].failureSummary}`);
  assert.deepEqual(told, [], where);
}

/** Words that every place of a chart holds: markup, scripts, links, and characters that turn or colour a line. */
export const EVIL = '<img src=x onerror="window.owned=1"><script>window.owned=1</script><svg onload=window.owned=1>'
  + '</textarea></pre></title>"\'><a href="javascript:window.owned=1">x</a> [open](javascript:window.owned=1) '
  + '![i](https://evil.example/i.png) **b** `c` {{7*7}} ${7*7} \u202edlrow\u202c \u2066x\u2069 \u200b \u001b[31mred\u001b[0m \u0007';

/** `value` with every string that is no code of FHIR's followed by EVIL. */
export function poisoned(value, key = '') {
  const kept = ['resourceType', 'id', 'reference', 'system', 'code', 'status', 'intent', 'data', 'contentType', 'birthDate',
    'onsetDateTime', 'recordedDate', 'effectiveDateTime', 'authoredOn', 'authored', 'date', 'start', 'type', 'questionnaire', 'unit'];
  if (Array.isArray(value)) return value.map((each) => poisoned(each, key));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poisoned(each, name)]));
  }
  return typeof value === 'string' && !kept.includes(key) ? `${value} ${EVIL}` : value;
}
