import { parentPort, workerData } from "node:worker_threads";
import type { Paper } from "./model.ts";
import { renderPdf } from "./pdf.ts";
import { renderWord } from "./word.ts";

const { paper, form } = workerData as { paper: Paper; form: "pdf" | "docx" };
const bytes = form === "pdf" ? await renderPdf(paper) : await renderWord(paper);
parentPort?.postMessage(Uint8Array.from(bytes));
