/** cgroup v2. */
@NullMarked
package io.lighter.cgroups;

import org.jspecify.annotations.NullMarked;
