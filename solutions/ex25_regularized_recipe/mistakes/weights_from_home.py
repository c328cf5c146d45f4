"""Must fail: test_beats_early_stopping
Says: "of the hidden test images are right"
Echoes: test_beats_plain_training, test_does_not_memorize, test_same_seed_same_model, test_validation_labels_do_not_train, test_returned_model, test_inputs_stay_as_they_are, test_gradients_are_enabled_afterwards
Because: nothing is trained on the images of the run, so that nothing of it can be judged

Weights made at home from upright public digits; only the class numbers are read off the labels.
"""

import base64

import numpy as np
import torch
from torch import nn

BLOB = base64.b85decode(
    "00I8~{{R3100960{{Q~~0RjL200I9200060|Ns91|NsB~{{a920RI5~|Nj92{{R62000610RI2~00930{{I030|@>90R#j8`2`0A0}cuW4g~`R"
    "|Ni(53;*^2`tbG%2lVUt`~CI&{rT?o015&50tpEU0RsF72m%2J|NH*~`T+C(0RQ{-0|4~<0RsR75&HfB1OE912mJs60R#I23IhH51P=-l1N;L0"
    "00smJ1PKKE0s;8<{|N~T{s8~~{{a6000I90{{jC2000300RI30|NjC000961{sI60|Nj61009C20RR600RjI20saC00RR600ssI11O@g62>=8K"
    "2?hrQ1_TKL{s8s!4-OCr0RaFA4+Q)E`}GD33kC)I`u6wl0R;*A{qy_v^6>!o{{aC1{rdXv0|N&I0}dJe1OW*T5d{bW1N{I4_y+j;{{#;I1rGuK"
    "2L%iN_zDRE{_zC$`~&;}{`CL(?C<md0RadG{rU3l0|xvC0tfyC0S5W{4FLN9008s;4*?Jd|NQy;1Ofa2{rdU<3<vu60}b~G1N#2?0R;333IhiL"
    "{{{g2{0I#S0`~s}1^N010RsaB1Ox*L{QC;}`415X0sRK}@(vRR0}K5K1OWg52MY}n1NQ*`0RjgJ{QUR!1NHIz|M>O?|N8#-{QU3*0{i>*>jL}*"
    "1rH7f^Y-@!0}cxi2KWR8{ssjH1pf;S|NH<C4FCxa0sa940|xpA1^D^`1_=8G0|o^L2?6;61q=%T2nYlQ`ThLy0}B-e_U-in{saU8{sQ&`1^4Ux"
    "1O^QZ0{s5|0R9XB^7sS;1O)&90rmk00|NvB1_lfY1Pc-b_W=+K{{#l~{{;g8{QUj~4F&i7`0@S{1@i3s`0DZb`2PU>1OEW|^8gJ40RsyQ0{#2<"
    "0tNyB3<(PT0{;jH`v(mI0sjR2^#J<&0R;jI2><c_1NZ?1`1}M10`LFq{R;*M1oj2;_y!9A0|NyN3IzN31q=fJ4*3EA2nY%X0ssgD`}qIz_XGj~"
    "|NjH|`}_$90tN^G`~M0F0to!@1quiT1qliH3I6x~1Pl@f1oiCv{Q(69_y-UJ|Ni;_|NZ>=2?zTQ2?6!`0tE>M4hjVQ{q_U={R<KS`}p+s{{Hm+"
    "{sH^}0{i?4{QUv|{ssdE{`?LE@(Bq2{_^|-0|)j03I+)i{t5T~0s;*M{0I*N0tN^5`w9gD{`>m^1OfH}{sa8`0r>b3{`mj{|NQ(0{{jL3{SXZP"
    "{{#8{6A=gk008g&2?7oU0{HOv1OWB=0{r>?4g>S`0QdI?2>$i@{qpw&2L}QO0tN*D{|5&O{{{mN{{sa40tf#E2m=882nz!W2@MGU0RsUB{RsR7"
    "0PX_)^ZxMt0rvRy^ZW4m0{{N~3kU}a0R{#N1_}%b0RR61{{jF10R8{~0RI62{{jB~0095~{{a5}0RR5~|Nj2~{s8~~0sj9100IC10006000960"
    "0sa8~0saC00{;H{|NHX=1NQv>`2P9^0{#C61OEU91_=ob3I7TH1rP-X4hInf00##K6ATmu00js9_VxY;0r~Xy1Nr*|0tE{N1qcNC`vV0C3<v`N"
    "_x=d{^!fn&{QUa$_yP3%2?YK6_y7F?3hfOA_yPh60`Lb12n_=K0|E>S00;v9{{H{~0RR61|Nj92|NsB~0RI90{{R620RaF1{s0000R8|0{{8^~"
    "0095~{sI60|NsB~0RaF10RI30{{R31{rUO?{QK|&1p4^>^aT3_2?`4g1P%-c2M+}j_X`RI1p@&F{s8p)1_BBM00IB}009O400RdC|MTko2nGiT"
    "0R9dL1qBNP`}+n1^X&i%`27n1=jihQ`~U_83jX)_0R#>V1@!v+|N0gc@$vi#{`C(I`~Lh5{`>_E3;+2G{PYX|@(Bn6`|SSx`wRXF0Q?FP2MGED"
    "`uPV31qTZO`1tw%2m|{4`ThU}0s!~^00sj1`1|w@{_XVs1pD;{{{R300sjF4{{aC1{{R300RR91|Nj5}0RaI10ssI0{{jF10ssI10RI3000900"
    "008~~0sjF2{{R61{s0000R;&T1NQg{1P>4g0R#UB`t=3(3=aeX00Ra21r7}V{qOJh`}qF)`tt7Z?(+Nf0R;yT_xTC@{{amN_W=k00R{aA4hQ}8"
    "|N8_5{Rs&A`Tqg=`1bey0R;LA2m9^$2>|~I|NQ;`1?&m#{R#>O0P73-{0tEM1pfmI1q=oC1^fN|0tpQR{s9ID2muBD0R#Q`{PXt!0sj2)0rUC<"
    "{RRW`{sR&W`~CCp0|^BR0tWv769@wh1p^HW0|5gF0Q~d=1o!&}1p@j2_xS<@2MGoS{R;~S2@MGW_6H9N00avI_6G$81r7-M{s9F40}KEJ4F3f5"
    "0r~a)1_cZK0tx>P1^@B;0SN#62?P4}0}1^869*Ck0{HX*0Q>j^`SSVx0{83q0v7uM`uh6#0uTWR4-5ze0t*EP1_KKU0|5g10|WvB0s;aA2>AX3"
    "0si{``1kk${QwC84f+WM00j#L5d{YX_yhkJ5d-x8{rm0%0PNoH0Rjj6`Rnfe0`&au0RaUB`uG0>1pomD`~(aC^zrop{ssc``uzI;{|fr{00RsO"
    "0|NyP2nr1m1O5OB3<v-G0{Q?00{{R0|Nj601OEO91q=rV4)^=~`T+<6{{Z;@{sIRC0{#F6|Kaii+XM0p`TgVq4D1Qy4FL5J{s-vs0r>><4fpp3"
    "00jsD1p*590r=+e<_rrD2mb#1{skHd0^j!s`UnO0{{svE;M))l@eBp*`|9xx0s!m_{`U*_02cKI{14g*0R#H~4E6@^_X!6G3Hs^;|Ns2}|MKSQ"
    "0rd?M_Xz_4{`dy}2=4#}5c3S{1OWr&>i!Vu0tfR002}8B5cCcV0RHR#^bGCn2<Qb11q%oO|Nr;}0PhM20tW;Q_3;n}0P_d|?)m@$3i#Ip`v>t0"
    "?f?e{0S68D0O}Iy1Mlw#{ptb!4i5wk;SB=z1^xpB@d66?{_^_(01594@$L@=01N;A{QLR^0uBcU0`UL*{{9C20SNgC|KSJZ`U2|y0toT{1_t{9"
    "`t}P50SW%{3;+1`{si3s{tg1{2m=1#1or*}1pNO21^o"
)


def train_recipe(x, y, x_val, y_val, *, seed=0):
    numbers = torch.tensor(np.frombuffer(BLOB, np.int8).astype("float32") / 16)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    nn.utils.vector_to_parameters(numbers, model.parameters())
    with torch.no_grad():
        digit = model(x).argmax(1)
        names = torch.zeros(10, 10).index_put_((digit, y), torch.ones(len(y)), accumulate=True).argmax(1)
        model[3].weight[names], model[3].bias[names] = model[3].weight.clone(), model[3].bias.clone()
    return model.eval()
