import "../kit/fonts.css";
import "../kit/tokens.css";
import "../kit/base.css";
import "../kit/controls.css";
import "../kit/choices.css";
import "../kit/grid.css";
import "./frame/frame.css";
import "./panels.css";
import "./values/value.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { activateLanguage } from "../kit/i18n/text.tsx";
import { App } from "./app.tsx";
import { handleKey } from "./keys/dispatch.ts";
import { firstLanguage } from "./preferences.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
addEventListener("keydown", handleKey);
await activateLanguage(firstLanguage());
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
