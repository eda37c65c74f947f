/** What must be true, as rows: of which file, what, the peer's figure, ours, and how far ours may go. */
import { p50, p95 } from './stats.mjs';

/** `share` is how much of the peer's figure ours may be. */
const AGAINST_PEER = [
  {
    file: 'large',
    title: 'keystroke to right diagnostics, p95',
    of: ({ keystroke }) => p95(keystroke),
    share: 1 / 10,
  },
  {
    file: 'large',
    title: 'completion after an edit, p50',
    of: ({ completion }) => p50(completion),
    share: 1 / 10,
  },
  { file: 'large', title: 'open to diagnostics', of: ({ openMs }) => openMs, share: 1 / 4 },
  { file: 'large', title: 'start to initialize', of: ({ startMs }) => startMs, share: 1 / 2 },
  { file: 'large', title: 'hover, p50', of: ({ hover }) => p50(hover), share: 1 },
  {
    file: 'huge',
    title: 'completion after an edit, p50',
    of: ({ completion }) => p50(completion),
    share: 1 / 50,
  },
  { file: 'huge', title: 'memory after all edits, MB', of: ({ memory }) => memory, share: 1 / 3 },
];

/** `results` are those of each server by file: lists of runs, of which the middle one counts. */
export function fileRows({ ours, peer }) {
  const against = AGAINST_PEER.filter(({ file }) => ours[file] !== undefined).map(
    ({ file, title, of, share }) => ({
      title: `${file}: ${title}`,
      ours: p50(ours[file].map(of)),
      other: p50(peer[file].map(of)),
      share,
    }),
  );
  return [...against, ...ownRows(ours)];
}

function ownRows(ours) {
  const rows = [];
  if (ours.huge !== undefined && ours.small !== undefined)
    rows.push({
      title: 'huge: completion, against our own small',
      ours: p50(ours.huge.map(({ completion }) => p50(completion))),
      other: p50(ours.small.map(({ completion }) => p50(completion))),
      share: 2,
    });
  for (const [file, runs] of Object.entries(ours))
    rows.push({
      title: `${file}: keystrokes of steady typing per answer`,
      ours: p50(runs.map(({ answered }) => 1 / answered)),
      other: 1,
      share: 2,
    });
  return rows;
}

export function workspaceRows({ kubeconform, lint, server }) {
  const other = p50(kubeconform);
  return [
    { title: 'workspace: all cross-file findings', ours: p50(server), other, share: 3 },
    { title: 'workspace: ekslb lint', ours: p50(lint), other, share: 1.5 },
  ];
}

export const isMet = ({ ours, other, share }) => ours <= other * share;

export function cellsOf(row) {
  const { title, ours, other, share } = row;
  const ratio = (ours / other).toPrecision(2);
  return [
    title,
    number(ours),
    number(other),
    ratio,
    `<= ${Number(share.toPrecision(2))}`,
    isMet(row) ? 'met' : 'missed',
  ];
}

const number = (value) => (value >= 100 ? String(Math.round(value)) : value.toFixed(2));

/** `results` are rows of scale/scale.ts by size: cost may grow as the Ingresses do, that of one change not at all. */
export function scaleRows(results) {
  const of = (groups) => results.find((row) => row.groups === groups);
  const [few, some, many] = [of(2), of(20), of(200)];
  const row = (title, ours, other, share) => ({ title: `scale: ${title}`, ours, other, share });
  return [
    row('first plan, 1,000 Ingresses against 100', many.first.ms, some.first.ms, 12),
    row('resync without a change, 1,000 Ingresses against 100', many.resync.ms, some.resync.ms, 12),
    row('memory, 1,000 Ingresses against 100, MB', many.memory, some.memory, 12),
    row('memory with 1,000 Ingresses against a GB, MB', many.memory, 1024, 1),
    row('calls for one annotation, 200 groups against 2', many.change.calls, few.change.calls, 1),
    row('calls for a resync, 200 groups against 20', many.resync.calls, some.resync.calls, 12),
  ];
}
