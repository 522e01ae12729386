import { render } from "preact";
import { Shell } from "./shell/shell.tsx";
import "./styles/index.css";

const root = document.getElementById("app");
if (root !== null) render(<Shell />, root);
