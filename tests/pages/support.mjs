// What every test of the pages needs: the service in demo mode, a browser, and a page that reports what goes wrong.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const PROGRAM = process.env.PLUMBLINE_PROGRAM;
const BROWSER = process.env.PLUMBLINE_BROWSER;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A demo on a free port, its clock at the day that its charts were written. */
export async function startService() {
  const data = mkdtempSync(join(tmpdir(), 'plumbline-pages-'));
  const child = spawn(PROGRAM, ['serve', '--demo', '--port', '0', '--data', data, '--now', '2026-11-25T09:10:00Z'],
    { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(String(line).trim().replace(/^ready /, '')));
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
  return {
    url,
    /** What it has stored as feedback. */
    feedback: () =>
      String(execFileSync(PROGRAM, ['report', '--data', data, '--export', 'feedback', '--format', 'ndjson']))
        .split('\n').filter(Boolean).map((line) => JSON.parse(line)),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true });
    },
  };
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
