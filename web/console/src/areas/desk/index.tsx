export { default } from "./Desk";
