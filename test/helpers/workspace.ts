import type { LanguageService, ServiceOptions } from '../../server/service';
import { createService } from '../../server/service';
import { createManifest } from '../../server/text/manifest';
import { findingLine } from './cursor';

/** A service that knows the files given, by their paths. */
export function serviceWith(
  files: Readonly<Record<string, string>>,
  options: ServiceOptions = {},
): LanguageService {
  const service = createService(options);
  for (const [path, text] of Object.entries(files)) service.workspace.set(manifest(path, text));
  return service;
}

export function manifest(path: string, text: string, version = 1) {
  return createManifest(`file:///work/${path}`, 'yaml', version, text);
}

/** The findings of a file among others: `code «marked text»`, with the places of related information behind. */
export function findingsIn(
  path: string,
  files: Readonly<Record<string, string>>,
  options: ServiceOptions = {},
): string[] {
  const service = serviceWith(files, options);
  const file = service.workspace.file(`file:///work/${path}`);
  if (file === undefined) throw new Error(`no such file: ${path}`);
  return service.validate(file.manifest).map((found) => findingLine(file.manifest, found));
}
