/**
 * Health checks: many containers, each of which is probed every second by an exec, as a cluster's
 * node agent does it, and what that costs.
 */
@NullMarked
package io.lighter.bench.probes;

import org.jspecify.annotations.NullMarked;
