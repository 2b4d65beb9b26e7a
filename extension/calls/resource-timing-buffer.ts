/** How many resources browsers keep in a page's timing buffer, unless the page asks for more. Later ones are not listed. */
export const RESOURCE_TIMING_BUFFER_SIZE = 250;
