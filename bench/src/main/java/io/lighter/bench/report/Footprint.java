package io.lighter.bench.report;

/**
 * What a process holds after a collection of its garbage.
 *
 * @param rss resident memory, bytes: smaps_rollup of proc(5)
 * @param pss the same, with pages that several processes have counted in parts
 * @param heap Java objects, bytes
 * @param threads of the process
 * @param descriptors that are open
 */
public record Footprint(long rss, long pss, long heap, int threads, int descriptors) {}
