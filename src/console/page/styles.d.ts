/** Bundled by esbuild into the style of the page. */
declare module "*.css";
