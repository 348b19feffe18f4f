@NullMarked
package io.lighter.proxy.handover;

import org.jspecify.annotations.NullMarked;
