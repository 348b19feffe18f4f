@NullMarked
package io.lighter.runtime.json;

import org.jspecify.annotations.NullMarked;
