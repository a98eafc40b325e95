/** The player of the watch page; loaded there alone. */
export {};
