export declare const STAMP: string;
export declare function areScreensBuilt(root: string): boolean;
export declare function sourceDigest(root: string): string;
export declare function listFiles(folder: string): string[];
