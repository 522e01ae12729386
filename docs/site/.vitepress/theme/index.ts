import { withBase } from "vitepress";
import theme from "vitepress/theme";
import { h } from "vue";
import "./style.css";

/** A page that is not there, with a landmark and a link whose name can be read. */
const notFound = () =>
  h("main", { class: "not-found" }, [
    h("h1", "There is no such page"),
    h("p", [h("a", { href: withBase("/") }, "All pages")]),
  ]);

export default {
  ...theme,
  Layout: () => h(theme.Layout, null, { "not-found": notFound }),
};
