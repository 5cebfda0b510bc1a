export { default } from "./Articles";
