/** Tests of cgroups, on the tree of this machine and in the test kernel. */
@NullMarked
package io.lighter.cgroups;

import org.jspecify.annotations.NullMarked;
