/** Tests of the values that services are made of. */
@NullMarked
package io.lighter.proxy.service;

import org.jspecify.annotations.NullMarked;
