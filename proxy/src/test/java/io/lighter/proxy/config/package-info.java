/** Tests of the file of the proxy. */
@NullMarked
package io.lighter.proxy.config;

import org.jspecify.annotations.NullMarked;
