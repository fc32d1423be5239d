start[seconds]	end[kBq/cc]	Putamen	Cerebellum	
0	60	1	2
60	180	2.5	3
180	480	4	0.5
