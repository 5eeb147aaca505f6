// Package cards kills programs that charge cards, at every point between the terminal and the journal and at random, and looks whether what cards have paid is what the
// journal says that they have.
//
// The terminal is simulated, and what it knows stands in a file, because a terminal outlives the program that asks it. A program that asks the terminal before the journal
// must be caught, or the harness proves nothing.
package cards
