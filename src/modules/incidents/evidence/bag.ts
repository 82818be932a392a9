/**
 * A case's evidence as a bag (BagIt, RFC 8493): payload in `data/`, a SHA-256 of every file, and the list of lists
 * signed with the installation's key. Everything in it can be checked with openssl and sha256sum; `verify-bag.sh`
 * does, and is no code of ours that would have to be trusted: it can be read, or written anew (docs/evidence.md).
 */
import { createHash } from "node:crypto";
import { toIso } from "../../../kernel/index.ts";
import type { PackedFile } from "../../../platform/archive/index.ts";
import { canonical, type Json } from "../../../platform/audit/index.ts";
import { type EventProof, leafText } from "../../lake/index.ts";
import { proofSteps } from "../core/proof-steps.ts";
import type { CaseEvidence } from "./evidence.ts";
import type { SigningKey } from "./signing-key.ts";
import type { Vault } from "./vault.ts";

export interface BagMaterial {
  readonly number: string;
  readonly tlp: string;
  readonly exerciseId: string | null;
  readonly at: number;
  /** The report of the case, as JSON. */
  readonly report: string;
  /** Of the case first, then of those merged into it. */
  readonly evidence: readonly CaseEvidence[];
  readonly proofs: ReadonlyMap<string, EventProof>;
  /** Files that explain and check the bag, by their names. */
  readonly papers: ReadonlyMap<string, string>;
}

interface BagFile extends PackedFile {
  readonly sha256: string;
}

const SIGNED = "tagmanifest-sha256.txt";

export function bagFiles(material: BagMaterial, parts: { key: SigningKey; vault: Vault }): PackedFile[] {
  const payload = payloadOf(material, parts.vault);
  const octets = payload.reduce((sum, { bytes }) => sum + bytes, 0);
  const tags = [
    textFile("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
    textFile(
      "bag-info.txt",
      [
        `External-Identifier: ${material.number}`,
        `Bagging-Date: ${toIso(material.at).slice(0, 10)}`,
        `Payload-Oxum: ${octets}.${payload.length}`,
        `Khien-TLP: TLP:${material.tlp}`,
        `Khien-Key: ${parts.key.id}`,
        ...(material.exerciseId === null ? [] : ["Khien-Exercise: yes"]),
        "",
      ].join("\n"),
    ),
    textFile("manifest-sha256.txt", manifestOf(payload)),
    textFile("public-key.pem", parts.key.publicPem),
    ...[...material.papers].map(([name, text]) => textFile(name, text)),
  ];
  const tagManifest = textFile(SIGNED, manifestOf(tags));
  const signature = parts.key.sign(Buffer.from(manifestOf(tags)));
  const all = [...tags, tagManifest, bytesFile(`${SIGNED}.sig`, signature), ...payload];
  return all.map(({ name, bytes, content }) => ({ name: `${material.number}/${name}`, bytes, content }));
}

function payloadOf(material: BagMaterial, vault: Vault): BagFile[] {
  const files: BagFile[] = [
    textFile("data/case.json", material.report),
    ...material.evidence.map(({ record, custody }, at) => {
      const text = custody.map(({ entry, hash }) => `${hash} ${entry}\n`).join("");
      return textFile(at === 0 ? "data/custody.log" : `data/custody/${record.number}.log`, text);
    }),
  ];
  const index: Record<string, unknown>[] = [];
  const seen = new Set<string>();
  const numbers = new Map(material.evidence.map(({ record }) => [record.id, record.number]));
  for (const [at, one] of material.evidence.flatMap(({ items }) => items).entries()) {
    const path = `data/evidence/${String(at + 1).padStart(4, "0")}.${one.kind === "file" ? "bin" : "json"}`;
    const { sha256, bytes, kind, name, description, media, mismatch, executable, sourceId } = one;
    files.push({ name: path, bytes, sha256, content: () => vault.read(sha256) });
    const proof = material.proofs.get(one.id);
    index.push({
      path,
      id: one.id,
      case: numbers.get(one.caseId),
      kind,
      name,
      description,
      bytes,
      sha256,
      media,
      nameClaimsOtherwise: mismatch,
      executable,
      source: sourceId,
      proved: proof !== undefined,
      addedAt: toIso(one.addedAt),
      addedBy: one.addedBy.name,
    });
    if (proof === undefined || sourceId === null || seen.has(sourceId)) continue;
    seen.add(sourceId);
    files.push(...proofFiles(sourceId, proof));
  }
  const head = [...material.proofs.values()][0]?.log.publicKey;
  if (head !== undefined) files.push(textFile("data/proofs/head-key.pem", head));
  return [...files, textFile("data/evidence.json", `${JSON.stringify(index, null, 2)}\n`)];
}

/** A proof in pieces a shell can put together: what is hashed, and the siblings in the order they are needed. */
function proofFiles(eventId: string, proof: EventProof): BagFile[] {
  const folder = `data/proofs/${eventId}`;
  const { segment, path, log } = proof;
  const { size, root, at, signature } = log.head;
  return [
    textFile(
      `${folder}/leaf.txt`,
      leafText(proof.event, (text) => Buffer.byteLength(text)),
    ),
    textFile(`${folder}/segment.path`, pathText(segment.root, { index: segment.row, size: segment.events, path })),
    textFile(`${folder}/entry.json`, canonical(log.entry as Json)),
    textFile(`${folder}/log.path`, pathText(root, { index: log.index, size, path: log.path })),
    textFile(`${folder}/head.txt`, `khien audit tree head v1\n${canonical({ size, root, at })}`),
    bytesFile(`${folder}/head.sig`, Buffer.from(signature, "base64")),
    textFile(`${folder}/proof.json`, `${JSON.stringify(proof, null, 2)}\n`),
  ];
}

function pathText(root: string, claim: { index: number; size: number; path: readonly string[] }): string {
  const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
  const steps = proofSteps(claim).map(({ side, sibling }) => `${side} ${base64(sibling)}\n`);
  return `root ${root}\n${steps.join("")}`;
}

function manifestOf(files: readonly BagFile[]): string {
  return files
    .map(({ name, sha256 }) => `${sha256}  ${name}\n`)
    .toSorted((one, other) => (one.slice(66) < other.slice(66) ? -1 : 1))
    .join("");
}

function textFile(name: string, text: string): BagFile {
  return bytesFile(name, Buffer.from(text));
}

function bytesFile(name: string, content: Uint8Array): BagFile {
  return { name, bytes: content.length, content, sha256: createHash("sha256").update(content).digest("hex") };
}
