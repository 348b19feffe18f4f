/**
 * Images on their way: from a registry into the store, layer beside layer, each unpacked while it
 * comes; and from the store to a registry, where only what is missing is sent.
 */
@NullMarked
package io.lighter.images.transfer;

import org.jspecify.annotations.NullMarked;
