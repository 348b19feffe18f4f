/** What the tests of every room share: conditions, leak checks, the test kernel. */
@NullMarked
package io.lighter.testing;

import org.jspecify.annotations.NullMarked;
