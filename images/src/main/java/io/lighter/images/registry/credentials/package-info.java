/**
 * As whom we speak to registries: the file {@code config.json} of Docker's commands, and the
 * programs that keep passwords for it.
 */
@NullMarked
package io.lighter.images.registry.credentials;

import org.jspecify.annotations.NullMarked;
