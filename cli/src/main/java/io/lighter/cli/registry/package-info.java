/** {@code lighter registry}: serves a registry of {@code images}, and cleans its folder. */
@NullMarked
package io.lighter.cli.registry;

import org.jspecify.annotations.NullMarked;
