/**
 * What a run of a harness found, as data, and the page, plots and table that are made from it. The
 * data are read back from {@code data.json}, so that a page can be made again without a new run.
 */
@NullMarked
package io.lighter.bench.report;

import org.jspecify.annotations.NullMarked;
