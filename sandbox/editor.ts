import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { UserError } from '../src/errors';
import { findChromium } from './install/chromium';
import type { Env } from './places';

/** VS Code in a browser, worked as a person would: with keys, and by what can be read on the screen. */
export interface Editor {
  readonly page: Page;
  /** Opens a file of the folder by its name (Quick Open). */
  openFile(name: string): Promise<void>;
  /** Puts the cursor at a line, counted from 1 (Go to Line). */
  goToLine(line: number, column?: number): Promise<void>;
  /** What the file in the active tab has on disk. */
  sourceOfActiveFile(): Promise<string>;
  /** Runs a command by its title (the command palette). */
  runCommand(title: string): Promise<void>;
  /** Takes the entry of an open list that contains the text. */
  pick(text: string): Promise<void>;
  /** Presses a button by its label, in a dialog or a notification. */
  press(label: RegExp): Promise<void>;
  /** Waits until the text can be read somewhere in the window, or in one part of it. */
  waitForText(text: string | RegExp, seconds?: number, part?: string): Promise<Locator>;
  screenshot(file: string): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly env: Env;
  /** The folder that the window shows. */
  readonly folder: string;
  readonly width?: number;
  readonly height?: number;
  /** Sees what the window writes to its console. */
  readonly onConsole?: (line: string) => void;
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PATIENCE_MS = 30_000;

/** Starts Chromium without a window on the page and waits until the workbench can be used. */
export async function openEditor(url: string, options: OpenOptions): Promise<Editor> {
  const executablePath = findChromium(options.env);
  if (executablePath === undefined) {
    throw new UserError('not-installed', 'No Chromium was found.', {
      advice: 'Run `npm run sandbox -- --install`, or set EKSLB_CHROMIUM to a Chromium or Chrome.',
    });
  }
  const browser = await chromium.launch({ executablePath, args: FLAGS, headless: true });
  try {
    const page = await browser.newPage({
      viewport: { width: options.width ?? 1360, height: options.height ?? 860 },
      deviceScaleFactor: 1,
    });
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => options.onConsole?.(`${message.type()}: ${message.text()}`));
    await page.goto(url);
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    return editorOn(browser, page, options.folder);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

function editorOn(browser: Browser, page: Page, folder: string): Editor {
  const quickInput = async (prefix: string, text: string) => {
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(prefix + text);
    return input;
  };
  const pick = async (text: string) => {
    const row = page.locator('.quick-input-widget .monaco-list-row', { hasText: text }).first();
    await row.waitFor();
    await row.click();
  };
  return {
    page,
    pick,
    openFile: async (name) => {
      await quickInput('', name);
      await page.locator('.quick-input-widget .monaco-list-row', { hasText: name }).first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.tabs-container .tab.active', { hasText: name }).waitFor();
      await page.locator('.editor-instance .view-line').first().waitFor();
    },
    goToLine: async (line, column) => {
      await quickInput(':', column === undefined ? String(line) : `${line}:${column}`);
      await page.keyboard.press('Enter');
      // Keys pressed before it has gone would still be its.
      await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
      await page.locator('.editor-instance .monaco-editor.focused').waitFor();
    },
    sourceOfActiveFile: async () => {
      const name = await page.locator('.tabs-container .tab.active').getAttribute('data-resource-name');
      return readFile(join(folder, name ?? ''), 'utf8');
    },
    runCommand: async (title) => {
      await quickInput('>', title);
      await pick(title);
    },
    press: async (label) => {
      await page
        .locator('.monaco-dialog-box, .notification-list-item')
        .getByRole('button', { name: label })
        .first()
        .click();
    },
    waitForText: (text, seconds = 30, part = '.monaco-workbench') => waitForText(page, text, seconds, part),
    screenshot: async (file) => {
      await mkdir(dirname(file), { recursive: true });
      await page.screenshot({ path: file });
    },
    close: () => browser.close(),
  };
}

/** Monaco draws spaces as non-breaking ones, so texts are compared with plain spaces. */
async function waitForText(
  page: Page,
  wanted: string | RegExp,
  seconds: number,
  part: string,
): Promise<Locator> {
  const spaced = typeof wanted === 'string' ? new RegExp(escaped(wanted).replaceAll(' ', '\\s')) : wanted;
  // Texts for screen readers are on the page as well, but nobody sees them.
  const found = page.locator(part).getByText(spaced).filter({ visible: true }).first();
  try {
    await found.waitFor({ timeout: seconds * 1000 });
    return found;
  } catch (cause) {
    // biome-ignore lint/performance/useDomNodeTextContent: a person reads lines, and only the layout knows them
    const text = page.locator(part).first().innerText();
    const shown = (await text.catch(() => '')).slice(0, 1500);
    throw new UserError('not-shown', `The editor does not show ${String(wanted)} within ${seconds} s.`, {
      why: `It shows:\n${shown}`,
      cause,
    });
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
