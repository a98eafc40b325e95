/** Resumable uploads in the admin; loaded there alone. */
export {};
