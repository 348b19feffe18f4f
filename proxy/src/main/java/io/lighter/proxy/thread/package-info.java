/** What all that has a thread of its own needs to end it. */
@NullMarked
package io.lighter.proxy.thread;

import org.jspecify.annotations.NullMarked;
