/**
 * From options to a container: the OCI specification of what was asked for, and what must be looked
 * up or made on the host for it. The mapping itself looks at nothing but its arguments.
 */
@NullMarked
package io.lighter.cli.run;

import org.jspecify.annotations.NullMarked;
