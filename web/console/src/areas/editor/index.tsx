export { default } from "./Editor";
