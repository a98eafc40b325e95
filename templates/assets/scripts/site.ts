/** Every page's small script: styles, htmx and the behaviours that markup asks for through data attributes. */
import "../styles/site.css";
import { configureHtmx } from "./htmx";
import { watchControls } from "./controls";
import { watchDialogs } from "./dialogs";
import { watchForms } from "./forms";
import { watchMenus } from "./menus";
import { watchSearchFields } from "./suggestions";
import { describeTables } from "./tables";
import { watchTabs } from "./tabs";
import { watchToasts } from "./toasts";
import { watchWaits } from "./waits";

watchMenus();
watchDialogs();
watchControls();
watchForms();
watchTabs();
watchSearchFields();
watchToasts();
watchWaits();
describeTables(document);
configureHtmx((added) => describeTables(added));
