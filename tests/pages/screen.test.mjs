import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, newPage, openChart, poisoned, startBrowser, startService } from './support.mjs';

let service;
let browser;
before(async () => { [service, browser] = await Promise.all([startService(), startBrowser()]); });
after(async () => { await browser?.close(); await service?.stop(); });

async function openScreen(page, chart) {
  await page.goto(`/screen/?demo=${chart}`);
  await page.locator('#screen .question').first().waitFor();
}

/** Answers every question that is asked by its key, from the first on. */
async function answerAll(page, key) {
  await page.locator('.question input').first().focus();
  const questions = await page.locator('#groups .question').count();
  for (let i = 0; i < questions; ++i) await page.keyboard.press(key);
  return questions;
}

test('from the card to the form, its advice, and the card of the next call', async () => {
  const page = await newPage(browser, service);
  await openChart(page, 'mara');
  const link = page.getByRole('link', { name: 'Red-flag screen' });
  assert.equal(await link.getAttribute('href'), '/screen/?demo=mara');
  await page.goto('/screen/?demo=mara');
  await page.getByText('Mara Ivers').waitFor();
  assert.ok(await page.getByText('A made-up patient').isVisible());
  await answerAll(page, 'n');
  await page.getByRole('button', { name: 'Save and show advice' }).click();
  await page.locator('#result .card').waitFor();
  assert.match(await page.locator('#fate').innerText(), /Kept by this service/);
  assert.match(await page.locator('#note').inputValue(), /No: Fever or rigors/);
  await page.goto('about:blank');
  await openChart(page, 'mara');
  await page.locator('.card .mark').waitFor();
  assert.deepEqual(await page.evaluate(() => JSON.parse(document.getElementById('response').textContent.replace(/^200\s+/, ''))
    .cards.map((each) => each.extension['org.plumbline.assessment'].tier)), ['cleared']);
  assert.deepEqual(page.wrong, []);
});

test('a danger that is answered heads the advice', async () => {
  const page = await newPage(browser, service);
  await openScreen(page, 'otto');
  await page.getByRole('group', { name: 'Altered saddle or genital sensation' }).getByText('Yes').click();
  await page.getByRole('button', { name: 'Save and show advice' }).click();
  await page.locator('#result .card.critical').waitFor();
  assert.match(await page.locator('#said').innerText(), /^critical: /);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: /Copied|Selected/ }).waitFor();
  assert.deepEqual(page.wrong, []);
});

test('the keyboard alone fills it in within a minute', async () => {
  const page = await newPage(browser, service);
  await openScreen(page, 'bruno');
  const began = Date.now();
  await page.keyboard.press('Tab');
  assert.ok(await page.locator('.skip').evaluate((each) => each === document.activeElement));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.activeElement.matches('.question input')));
  const questions = await page.locator('#groups .question').count();
  for (let i = 0; i < questions; ++i) await page.keyboard.press('nnu'[i % 3]);
  for (let i = 0; i < 40 && !(await page.evaluate(() => document.activeElement.id === 'save')); ++i) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('#result .card').waitFor();
  assert.ok(await page.evaluate(() => document.activeElement.id === 'result'));
  assert.ok(Date.now() - began < 60000);
  assert.ok(questions >= 20, `${questions} questions`);
  assert.deepEqual(page.wrong, []);
});

test('arrow keys move within a question, and the focus can be seen', async () => {
  const page = await newPage(browser, service);
  await openScreen(page, 'wanda');
  const first = page.locator('.question').first();
  await first.locator('input').first().focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await first.locator(':checked').getAttribute('value'), 'no');
  assert.notEqual(await first.locator('label:has(:focus-visible)').evaluate((each) => getComputedStyle(each).outlineStyle), 'none');
});

test('what the chart says is marked, and is sent only when somebody answers it again', async () => {
  const page = await newPage(browser, service);
  let sent;
  page.on('request', (request) => { if (request.url().endsWith('/screen/save')) sent = request.postDataJSON(); });
  await openScreen(page, 'ada');
  const saddle = page.getByRole('group', { name: 'Altered saddle or genital sensation' });
  assert.equal(await saddle.locator(':checked').getAttribute('value'), 'yes');
  assert.match(await saddle.locator('.recorded').innerText(), /Chart: .*2026-11-2/);
  await page.getByRole('group', { name: 'Fever or rigors' }).getByText('No', { exact: true }).click();
  await page.getByRole('button', { name: 'Save and show advice' }).click();
  await page.locator('#result .card').waitFor();
  assert.deepEqual(sent.answers, [{ question: 'fever', answer: 'no' }]);
  await page.getByRole('button', { name: 'Change answers' }).click();
  await saddle.locator('label', { hasText: 'Yes' }).click();
  await page.getByRole('button', { name: 'Save and show advice' }).click();
  await page.locator('#result .card').waitFor();
  assert.ok(sent.answers.some((each) => each.question === 'saddle-anaesthesia' && each.answer === 'yes'));
});

test('nothing answered is an error that leads to the first question', async () => {
  const page = await newPage(browser, service);
  await openScreen(page, 'wanda');
  await page.getByRole('button', { name: 'Save and show advice' }).click();
  assert.ok(await page.evaluate(() => document.activeElement.id === 'problem'));
  await page.getByRole('link', { name: /Answer at least one question/ }).click();
  assert.ok(await page.evaluate(() => document.activeElement === document.querySelector('.question input')));
  await accessible(page, 'error');
});

test('a service that does not answer costs no answer, and two clicks save once', async () => {
  const page = await newPage(browser, service);
  await openScreen(page, 'leo');
  const sent = [];
  let fails = true;
  await page.route('**/screen/save', async (route) => {
    sent.push(route.request().postDataJSON().submission);
    if (fails) await route.abort();
    else setTimeout(() => route.continue(), 300);
  });
  await page.getByRole('group', { name: 'Fever or rigors' }).getByText('No', { exact: true }).click();
  await page.getByRole('button', { name: 'Save and show advice' }).click();
  await page.getByText('Your answers are still here').waitFor();
  fails = false;
  await page.evaluate(() => { document.getElementById('save').click(); document.getElementById('save').click(); });
  await page.locator('#result .card').waitFor();
  assert.equal(sent.length, 2);
  assert.equal(sent[0], sent[1]);
});

test('without a chart it says what to do', async () => {
  const page = await newPage(browser, service);
  for (const path of ['/screen/', '/screen/?demo=nobody']) {
    await page.goto(path);
    await page.locator('#problem:focus').waitFor();
    assert.equal(await page.locator('#screen').isVisible(), false);
    await accessible(page, path);
  }
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing to complain of, ${colorScheme}`, async () => {
    const page = await newPage(browser, service, { colorScheme });
    for (const chart of ['ada', 'nora', 'bruno']) {
      await openScreen(page, chart);
      await accessible(page, chart);
    }
    await answerAll(page, 'u');
    await page.getByRole('button', { name: 'Save and show advice' }).click();
    await page.locator('#result .card').waitFor();
    await accessible(page, 'result');
    assert.deepEqual(page.wrong, []);
  });
}

for (const width of [320, 768, 1280]) {
  test(`nothing is wider than ${width} px`, async () => {
    const page = await newPage(browser, service, { viewport: { width, height: 800 } });
    for (const chart of ['ada', 'bruno']) {
      await openScreen(page, chart);
      assert.ok((await page.evaluate(() => {
        document.querySelectorAll('details').forEach((each) => { each.open = true; });
        return document.documentElement.scrollWidth;
      })) <= width, chart);
    }
    await answerAll(page, 'u');
    await page.getByRole('button', { name: 'Save and show advice' }).click();
    await page.locator('#result .card').waitFor();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, 'result');
  });
}

test('a chart with markup, scripts and control characters in every string stays text', async () => {
  const page = await newPage(browser, service);
  await page.route('**/demo/charts/rosa.json', async (route) => {
    const bundle = poisoned(await (await route.fetch()).json());
    await route.fulfill({ json: bundle });
  });
  await openScreen(page, 'rosa');
  await page.getByRole('group', { name: 'Fever or rigors' }).getByText('No', { exact: true }).click();
  await page.getByRole('button', { name: 'Save and show advice' }).click();
  await page.locator('#result .card').waitFor();
  await page.getByRole('button', { name: 'Change answers' }).click();
  const found = await page.evaluate(() => ({
    owned: window.owned,
    elements: document.querySelectorAll('main img, main script, main svg, main iframe, main [onerror], main [onload]').length,
    links: [...document.querySelectorAll('main a')].map((each) => each.getAttribute('href')),
    shown: document.querySelector('main').textContent + document.title + document.getElementById('note').value,
  }));
  assert.equal(found.owned, undefined);
  assert.equal(found.elements, 0);
  assert.match(found.shown, /<img src=x onerror=/, 'the name of the patient, as text');
  assert.deepEqual(found.links.filter((each) => !/^(https:\/\/(?!evil)|\/knowledge|#screen)/.test(each)), []);
  assert.doesNotMatch(found.shown, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  assert.deepEqual(page.wrong, []);
});
