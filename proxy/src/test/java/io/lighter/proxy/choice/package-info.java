@NullMarked
package io.lighter.proxy.choice;

import org.jspecify.annotations.NullMarked;
