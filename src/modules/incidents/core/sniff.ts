/**
 * What a file is, by its first bytes, and whether its name claims something else. A wrong name is how malware is sent
 * about: it is told, not refused, because such a file is evidence.
 */
interface Kind {
  readonly media: string;
  /** Endings that honestly go with it. */
  readonly endings: readonly string[];
  readonly executable?: true;
}

const KINDS = {
  pe: {
    media: "Windows executable",
    endings: ["exe", "dll", "sys", "scr", "ocx", "cpl", "efi", "drv"],
    executable: true,
  },
  elf: { media: "ELF executable", endings: ["elf", "so", "o", "ko", "bin"], executable: true },
  macho: { media: "Mach-O executable", endings: ["dylib", "macho", "o"], executable: true },
  script: { media: "script", endings: ["sh", "py", "pl", "rb", "js", "bash"], executable: true },
  shortcut: { media: "Windows shortcut", endings: ["lnk"], executable: true },
  javaClass: { media: "Java class", endings: ["class"], executable: true },
  ole: {
    media: "OLE document",
    endings: ["doc", "xls", "ppt", "msg", "msi", "dot", "xlt", "mpp", "vsd", "thumbs", "db"],
  },
  pdf: { media: "PDF", endings: ["pdf"] },
  zip: {
    media: "ZIP archive",
    endings: [
      "zip",
      "docx",
      "xlsx",
      "pptx",
      "docm",
      "xlsm",
      "pptm",
      "jar",
      "apk",
      "odt",
      "ods",
      "odp",
      "epub",
      "xpi",
      "nupkg",
      "whl",
    ],
  },
  gzip: { media: "gzip", endings: ["gz", "tgz", "gzip"] },
  sevenZip: { media: "7-Zip archive", endings: ["7z"] },
  rar: { media: "RAR archive", endings: ["rar"] },
  bzip2: { media: "bzip2", endings: ["bz2", "tbz2"] },
  xz: { media: "xz", endings: ["xz", "txz"] },
  zstd: { media: "Zstandard", endings: ["zst", "zstd"] },
  tar: { media: "tar archive", endings: ["tar"] },
  cab: { media: "CAB archive", endings: ["cab"] },
  iso: { media: "ISO image", endings: ["iso", "img"] },
  png: { media: "PNG image", endings: ["png"] },
  jpeg: { media: "JPEG image", endings: ["jpg", "jpeg", "jfif"] },
  gif: { media: "GIF image", endings: ["gif"] },
  webp: { media: "WebP image", endings: ["webp"] },
  bmp: { media: "BMP image", endings: ["bmp", "dib"] },
  tiff: { media: "TIFF image", endings: ["tif", "tiff"] },
  evtx: { media: "Windows event log", endings: ["evtx"] },
  registry: { media: "Windows registry hive", endings: ["dat", "hiv", "hive"] },
  pcap: { media: "packet capture", endings: ["pcap", "cap", "dmp"] },
  pcapng: { media: "packet capture", endings: ["pcapng", "pcap", "ntar"] },
  sqlite: { media: "SQLite database", endings: ["sqlite", "sqlite3", "db"] },
  rtf: { media: "RTF document", endings: ["rtf", "doc"] },
  mp4: { media: "MP4 video", endings: ["mp4", "m4a", "m4v", "mov"] },
  parquet: { media: "Parquet", endings: ["parquet"] },
} as const satisfies Record<string, Kind>;

/** Where which bytes stand. */
const MAGIC: readonly (readonly [keyof typeof KINDS, number, string])[] = [
  ["pe", 0, "4d5a"],
  ["elf", 0, "7f454c46"],
  ["macho", 0, "feedface"],
  ["macho", 0, "feedfacf"],
  ["macho", 0, "cefaedfe"],
  ["macho", 0, "cffaedfe"],
  ["javaClass", 0, "cafebabe"],
  ["script", 0, "2321"],
  ["shortcut", 0, "4c0000000114020000000000c000000000000046"],
  ["ole", 0, "d0cf11e0a1b11ae1"],
  ["pdf", 0, "255044462d"],
  ["zip", 0, "504b0304"],
  ["zip", 0, "504b0506"],
  ["gzip", 0, "1f8b"],
  ["sevenZip", 0, "377abcaf271c"],
  ["rar", 0, "526172211a07"],
  ["bzip2", 0, "425a68"],
  ["xz", 0, "fd377a585a00"],
  ["zstd", 0, "28b52ffd"],
  ["cab", 0, "4d534346"],
  ["png", 0, "89504e470d0a1a0a"],
  ["jpeg", 0, "ffd8ff"],
  ["gif", 0, "47494638"],
  ["webp", 8, "57454250"],
  ["bmp", 0, "424d"],
  ["tiff", 0, "49492a00"],
  ["tiff", 0, "4d4d002a"],
  ["evtx", 0, "456c6646696c6500"],
  ["registry", 0, "72656766"],
  ["pcap", 0, "d4c3b2a1"],
  ["pcap", 0, "a1b2c3d4"],
  ["pcapng", 0, "0a0d0d0a"],
  ["sqlite", 0, "53514c69746520666f726d617420330"],
  ["rtf", 0, "7b5c727466"],
  ["mp4", 4, "66747970"],
  ["parquet", 0, "50415231"],
  ["tar", 257, "7573746172"],
  ["iso", 32_769, "4344303031"],
];

const TEXT_ENDINGS = new Set([
  "txt",
  "log",
  "csv",
  "tsv",
  "json",
  "ndjson",
  "jsonl",
  "xml",
  "html",
  "htm",
  "eml",
  "md",
  "yml",
  "yaml",
  "ini",
  "conf",
  "cfg",
  "ps1",
  "bat",
  "cmd",
  "vbs",
  "js",
  "py",
  "sh",
  "sql",
  "php",
  "asp",
  "aspx",
  "jsp",
  "svg",
  "mht",
  "ics",
  "vcf",
  "reg",
  "pem",
  "asc",
  "hta",
]);
const RUN_AS_TEXT = new Set(["ps1", "bat", "cmd", "vbs", "js", "hta", "php", "asp", "aspx", "jsp", "py", "sh", "reg"]);
const KNOWN_ENDINGS: ReadonlySet<string> = new Set(
  Object.values(KINDS)
    .flatMap(({ endings }): readonly string[] => endings)
    .concat([...TEXT_ENDINGS]),
);

export interface Sniffed {
  readonly media: string;
  /** The name claims a kind that the bytes are not. */
  readonly mismatch: boolean;
  readonly executable: boolean;
}

export function sniff(head: Uint8Array, name: string): Sniffed {
  const ending = /\.([a-z0-9]{1,10})$/iu.exec(name)?.[1]?.toLowerCase();
  const hit = MAGIC.find(([, at, hex]) => startsWith(head, at, hex))?.[0];
  if (hit !== undefined) {
    const kind: Kind = KINDS[hit];
    const mismatch = ending !== undefined && KNOWN_ENDINGS.has(ending) && !kind.endings.includes(ending);
    return { media: kind.media, mismatch, executable: kind.executable === true };
  }
  if (head.length === 0) return { media: "empty", mismatch: false, executable: false };
  if (isText(head)) {
    const mismatch = ending !== undefined && KNOWN_ENDINGS.has(ending) && !TEXT_ENDINGS.has(ending);
    return { media: "text", mismatch, executable: ending !== undefined && RUN_AS_TEXT.has(ending) };
  }
  return {
    media: "unknown",
    mismatch: ending !== undefined && KNOWN_ENDINGS.has(ending) && ending !== "dat" && ending !== "bin",
    executable: false,
  };
}

function startsWith(bytes: Uint8Array, at: number, hex: string): boolean {
  const length = Math.floor(hex.length / 2);
  if (bytes.length < at + length) return false;
  for (let index = 0; index < length; index += 1)
    if (bytes[at + index] !== Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16)) return false;
  return true;
}

/** Printable UTF-8, or what is cut off at the end of it. */
function isText(bytes: Uint8Array): boolean {
  const text = new TextDecoder("utf-8").decode(bytes);
  const strange = Array.from(text.slice(0, -1)).some(
    (char) => char === "\ufffd" || (char < " " && !"\t\r\n\f".includes(char)),
  );
  return !strange;
}
