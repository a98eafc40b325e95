/** The admin's pages about recordings: uploads with progress, packaging that updates itself, a preview. */
import "../styles/upload.css";
import "htmx.org";
import { watchPreviews } from "./upload_preview";
import { watchUploads } from "./upload_queue";

watchUploads();
watchPreviews();
