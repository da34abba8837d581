/// Two networks in one program, for tests.
package dev.adit.net.lab;
