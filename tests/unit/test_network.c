/* SPDX-License-Identifier: Apache-2.0 */
/* The worked examples: losses known by hand, and what the graph refuses and warns of. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "network_case.h"

#define NEAR(value, expected) cr_assert_float_eq(value, expected, 1e-9, #value " is %.12g", (double)(value))

/* Two suppliers of one item. */
static void case_e1(network_case *c)
{
	case_init(c, 3);
	c->margin[2] = 1;
	case_link(c, 0, 2, 0, 0.6, 6);
	case_link(c, 1, 2, 0, 0.4, 6);
}

/* One supplier behind a buffer. */
static void case_pair(network_case *c, double buffer)
{
	case_init(c, 2);
	c->margin[1] = 1;
	case_link(c, 0, 1, 0, 1, buffer);
}

Test(network, e1_shares_of_one_item)
{
	network_case c;
	case_e1(&c);
	case_outage(&c, 0, 0, 25);
	NEAR(case_loss(&c), 9);
	case_outage(&c, 1, 5, 15);
	NEAR(case_loss(&c), 13);
	c.outage[0] = c.outage[1];
	c.outages = 1;
	NEAR(case_loss(&c), 0);
}

Test(network, e2_items_need_each_other)
{
	network_case c;
	case_init(&c, 3);
	c.margin[2] = 1;
	case_link(&c, 0, 2, 0, 1, 5);
	case_link(&c, 1, 2, 1, 1, 12);
	case_outage(&c, 0, 0, 20);
	case_outage(&c, 1, 10, 30);
	NEAR(case_loss(&c), 15);
}

Test(network, e3_own_outage_spares_the_buffer)
{
	network_case c;
	case_pair(&c, 10);
	case_outage(&c, 1, 0, 20);
	case_outage(&c, 0, 10, 25);
	NEAR(case_loss(&c), 20);
}

Test(network, e4_half_empty_buffers)
{
	network_case c;
	case_pair(&c, 10);
	case_outage(&c, 0, 0, 12);
	case_outage(&c, 0, 20, 32);
	NEAR(case_loss(&c), 4 + 22.0 / 3);
	case_restock(&c, 0);
	NEAR(case_loss(&c), 4);
	case_restock(&c, 30);
	c.outages = 0;
	case_outage(&c, 0, 0, 12);
	case_outage(&c, 0, 8, 20);
	NEAR(case_loss(&c), 10);
	c.outages = 0;
	case_outage(&c, 0, 0, 8);
	case_outage(&c, 0, 10, 18);
	NEAR(case_loss(&c), 16.0 / 3);
}

Test(network, e5_substitution)
{
	static const double buffer[] = {2, 5, 0}, share[] = {0.4, 0.4, 1}, delay[] = {3, 3, 0}, lost[] = {5.2, 2.2, 0};
	for (int k = 0; k < 3; k++) {
		network_case c;
		case_pair(&c, buffer[k]);
		case_substitute(&c, 0, share[k], delay[k]);
		case_outage(&c, 0, 0, 10);
		NEAR(case_loss(&c), lost[k]);
	}
}

Test(network, e6_chain)
{
	network_case c;
	case_init(&c, 3);
	c.margin[2] = 1;
	case_link(&c, 0, 1, 0, 1, 4);
	case_link(&c, 1, 2, 0, 1, 3);
	case_outage(&c, 0, 0, 20);
	NEAR(case_loss(&c), 13);
	c.outage[0].share = 0.5;
	NEAR(case_loss(&c), 3);
}

Test(network, e7_diamond)
{
	for (uint32_t items = 1; items <= 2; items++) {
		network_case c;
		case_init(&c, 4);
		c.margin[3] = 1;
		case_link(&c, 0, 1, 0, 1, 5);
		case_link(&c, 0, 2, 0, 1, 12);
		case_link(&c, 1, 3, 0, items == 1 ? 0.6 : 1, 4);
		case_link(&c, 2, 3, items - 1, items == 1 ? 0.4 : 1, 4);
		case_outage(&c, 0, 0, 30);
		NEAR(case_loss(&c), items == 1 ? 18.2 : 21);
	}
}

Test(network, e8_clock_goes_on)
{
	network_case c;
	case_init(&c, 3);
	c.margin[2] = 1;
	case_link(&c, 0, 2, 0, 0.99, 0);
	case_link(&c, 1, 2, 0, 0.01, 0);
	case_substitute(&c, 0, 0.8, 10);
	case_outage(&c, 0, 30, 50);
	NEAR(case_loss(&c), 11.88);
	case_outage(&c, 1, 0, 50);
	NEAR(case_loss(&c), 4.14);
	c.outage[0] = c.outage[1];
	c.outages = 1;
	NEAR(case_loss(&c), 0.18);
}

Test(network, e9_three_outages)
{
	network_case c;
	case_pair(&c, 10);
	case_outage(&c, 0, 0, 8);
	case_outage(&c, 0, 20, 28);
	case_outage(&c, 0, 52, 62);
	NEAR(case_loss(&c), 4);
}

Test(network, e10_gaps_join)
{
	network_case c;
	case_init(&c, 4);
	c.margin[3] = 1;
	case_link(&c, 0, 1, 0, 1, 0);
	case_link(&c, 0, 2, 0, 1, 0);
	case_link(&c, 1, 3, 0, 0.5, 0);
	c.lead[case_link(&c, 2, 3, 0, 0.5, 0)] = 100;
	case_substitute(&c, 2, 0.8, 10);
	case_outage(&c, 0, 0, 99.9);
	NEAR(case_loss(&c), 27.98);
	c.outage[0].days = 100;
	NEAR(case_loss(&c), 24);
}
