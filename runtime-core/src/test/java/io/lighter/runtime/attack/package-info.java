/** Attacks on earlier runtimes, carried out against this one. Their names are those of the CVEs. */
@NullMarked
package io.lighter.runtime.attack;

import org.jspecify.annotations.NullMarked;
