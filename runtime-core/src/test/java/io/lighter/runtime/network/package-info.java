@NullMarked
package io.lighter.runtime.network;

import org.jspecify.annotations.NullMarked;
