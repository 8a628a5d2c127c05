/** The marker of a creation under way: its name in the upload is reserved, so no source brings one of its own. */

/** At the root of the app. */
export const markerPath = ".pulumi-camposcloud";
