export { Tasks as default } from "./Tasks";
