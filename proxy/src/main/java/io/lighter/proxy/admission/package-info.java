/** Which clients a service takes: by their addresses, and not too many at once. */
@NullMarked
package io.lighter.proxy.admission;

import org.jspecify.annotations.NullMarked;
