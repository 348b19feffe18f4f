/** Who may do what at the registry: accounts, rules, and the tokens that prove both. */
@NullMarked
package io.lighter.images.registry.server.access;

import org.jspecify.annotations.NullMarked;
