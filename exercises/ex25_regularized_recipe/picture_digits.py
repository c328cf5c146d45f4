"""750 of the digits of `grader.suite.digits` in four gray levels, small enough to travel with ex25's picture."""

import base64
import zlib

import torch

TRAIN, VAL, TEST = 200, 150, 400

# One character per image; a quarter of the first 200 labels are wrong, as in the exercise.
LABELS = (
    "9689156377077082019232372337435687837835037462196802258275891869210837339598387017715373454339046770574548464736"
    "8781456635473678711401738235265197412752222039031913902238069444521806159310451992877979377399389430901051568797"
    "0489852960530215761216837161605588803939860862131937579161267923867899774510725083257690717032741912021822163705"
    "4300155222557609634270708564695929263464201778020734811761496929158887580995982483211151779566514937641097762492"
    "5514877414562766597016894839245597270702405612814189530404485086784292886690315642977217168584765462327814676914"
    "4536598591332702930668719233259310748975907179410652457096181782360313951482411387477782968234908669143616687656"
    "404536274427163709663241787581981883448112899650669674445394684437948998906849"
)
# Four pixels a byte.
PIXELS = (
    "c-lRBzmMx!cIG81T}t<g<nuzWhgHQN6>tF7>nf=N87L2S`!U#TJwOE$bkH^wR8YYifPn%9Ho(Ba*b#$Xz`<g{KtYYs&tSkn2A;hP_77k%o8Le|?Z"
    "O5aFyQRIZtQoiUVDV<c`B*Md(S=R`*99!<<?T!ol(znr?Qp(>ORJq=-8HBPb<6NW#oH}-P)b31m4>}@qcD}bFc@iurt9}XDZo6?X)vG*0D;CtEY8"
    "l7baeIAs9X_Beu#`U6_l;?4`PE-r;_%W}C_0Q}!U5MQ&8~XqHxHGckxAtN7^Qon$WKnQVi~zxUJN!RvV^6|eERvPayX;rjR+w+as5jB91KW+4lw^"
    "$Vjj8kUG!c6KS1+eqcLw<=PS_M;|>DWkIsS;~W5gq5G%`uJZG=5}c+t2cW~S<39J)@<z&>#HWE9PNXR74bGI!-|!xH8bls_P@!`7kfh?E``||t(V"
    "CxZsYc=7OVTu@@T7A#Z|;4MWo}cSFjS-%!D6oR?Q{WVPb_Yb25Cdk<aGHi)qCw#4?}wPRg<Jo65jyj3Z0=(JRf-ewl9A&K%9oEUb*}*=UbZ!x}^s"
    "FWIf?Wrfd9?0Ir42V3z}Bz9-FLFsSp-qukSEGoSh_Zgp_=DS&C6j!HTFq3hH-_ZR}-XL&w&bW&5o2`$twhDp&%F^jsj#YPT=WnFK`8ICqq+#kLqB"
    "2XFd3)qjD_ggVJ6U+$lvblA``|YGE7|kXt3=L`NwN_5y{+8mAPxL94R$!6((a>rq6~$7J@Cd>SH-(d4zfjVWQY^x8*(u^t;TgXX<3WRDFb$a{VZ~"
    "EkLwj)<zfdEL;HW(KOsgfvbUg@MOoR4U9h=q#PcNac3g?d&zC##_fwxOXZNDS&T5=}k9BRtlX)^T+2M+tAPG~^aOJY7z3B{OnvGm{A91JNs9A1wa"
    "UuV}j#7!`qKcdFdbypJvM^P&ORK0wUY7H%*@<FW8;M*7NpLSJ`uwW*tEuuvaiW^xO_YUMMD@4j9nWI6&Td+|AL`+A{3=!0dxME=KtAkH4b01C#f&"
    "1+%2)n-)X$qaD#Atn8<oHb3bw#2?%iki8Tr(Ds8sV5pT5@h<FYurEDYRPp1jZAf#PNAm(|k0P_Ow!nW!jMO)At=_f7Rq(aFkI;GNM~g=FD&t-kK5"
    "s^V_lFMBz9sQr)yOtzODT?P63FyDDpS2?1k*ly;}pUpw4sE-DFWDjg7dfB-Lw{$YEon!yg$}5ed>xa9z<=7#^I+0nGdmkd-f{o~bN=h7&E4|S(oK"
    "A$(3UeQkwK}m~q_Wp|u{BhDl0d5&Lljk1`&<8haX+t7lPYS`Bs$5?*@<UfnZK7G=c%(n{uE|rvUt3BOj(qfJ=-j6oN?i)V25-?&boWMmwjBV*t)n"
    "xBzTMLFQV2*e$a`@AH5%Cv1<Rc{SO@?@+gqMw(@!hRfBp(J)?dK`^l+qtJN4QE3<%qae2pLtkWufk;S;)yY^2CI(^{Wqc<9*$i<ebfaR`l9OGg2b"
    "c;y4OftKO7%#(Zvb|KsHM^c&1J5(j`qf1lBTu5vM1ErjS%g!M2XEwqmC>p~7I)#3n*v>04jjj~Myup(&WxjcVfV%-dziL}2$P*aWtrd$wwdOLeml"
    "=*i0L$8I8Ti?h_^Z7H;5l+R(Dm!HP%s3##lvE#wucj3JfUWF{8Er*1cPgmkm{{iMxCC?JnxDM&tnU3ux)igWJ_{h3rCwD7$g5BShToB)vym=GcKd"
    "c;CtI3}S`OyY}wgdv_;$Q}My^Cr`voED00dBi>k*o!Nu^Z0!u?Ws7$HJ@~A1kQ1T=;}JXb^2A%hKel5HvUCWW391|~de_H2r;Gy=(e=DZ^l3c^MK"
    "!|*wn1bX?__HHMDAw+^VxcEeHZy|G5ReyDV2XNc0ilnt>=^vd$ySaz2jkB-LX53(Js!#D6CRci|*#M9*|W9@7<i;v&MQwhGFk^iAuoVSq1NAz(TW"
    "hfycHoE3px|)meYE(>b!)JaOcj#ehJ$$cYb}YM$_s_o8Npc=!sR*}(s+?rZS5mx;nq)4jwMaSdg4gy_J~PIPyDTFb%Mvvi*F!7jkQn_JLx5TG6g!"
    "f8YVKW5?m8>0NZ{2XrlnxEuA>y_YJ!VK(qHvt}aEO_H2V2r|Toz4SFJLRIBfL~GTC;pGJU3G7XO%WmR-$_*KamC_7V-zwO_0_#4PRP7vbd=>eAKW"
    "Zz9ABj70L4(ai07(|8}VQbcJBebVsM!U>@Y`mFb|^kdUp#>2d~REs>2Op3O))6?=m+FyVYquUJ-|6_zu_!^#L5c=-7ekJH-kJ1?540me4E2cX9-m"
    "Wu$++!eOZCin7Oo@`<}ur}Y8DHwG_@i*<2kWmIG()t}XGs1ooy_t|?DrTcU-OZ;THyrz19n#zOZHo4v0-s9Y{-g$+3Yt8!2<|fhSUN3T4vxFr#_j"
    "Es5N689!>F-=!h4Ye?R*U*gE}re4m^|*@>1dLIv8w>*>kY(dm%V+~WT>x*^6J?<c_lJ@Fo>a#_6g^V^Gx%2FrHEWKJuZGhbSR6wSfMzJFfFMV3CT"
    "C-X3}geD<#3;9|-Q?;tzyq0;ranPY{}XZ7v1*dgO;IzPLk{PG|CBuFT4%@T?Z@r-JBBX=g9MDO<U#YmTFl=6{uonW`i)iLgYC@rw;f7;)<&+GAR1"
    "C}^5_hXbt4L{+o9q&EhEiwvtOXnM(|D|^wAL0>}0}ffKx4?I-6Y&hIAQznlzHq3{3cD27&b^yE3VMbZ3io%RuAG?&%z-I3n8XtOlwyXRntyBkTK="
    "#afh;xaz|sBUaJdD3-cL7%y2Q@#d$1YX1A9x3n$rrVrJA)m=%*$?eA8vHba%Egv<eT?)kzTR01qW|mccIW#ThSK%FJka`>;k`17Gp?;ZE1@X1cSW"
    "xWeA2^WFisa6QgeMba&?PNS2r;s@SAzw9nhMS}1GcreQm6H)^>WP30_+8^h)IH8I-$pmA)Yk%1qq%m4~f?_$X4!0~~q>ry!@Th|RN)Ua;TI~@=@d"
    "0X9L9cI2<coQd<K%&V@&>=uyE({yQSw*R3L`!eMTq>>`W|>{53;z~CcDdlEuo0+p-3{Xb5PG*$B)A)kRGONWvKx@&by29vY@J&ZRWl;u%r1qk;a3"
    "_86iLkmHX)I{L>BeB^Usx8s-V@H)pdc@>{eX6mgoQe)=54PZ<A0{&(-F^-GQj0QG>@*9(8)&t}{=YYTeH(%Mt&&lU>j`Xae_<6ryRIS>NO@_2zWp"
    "WyuG(1WN@@R}^nFW@cI?7M8Ga60~cFR?zEQ9Z5uyS)qjitj5~TRqi@TSGAp;NKj|RJ#NCvx9tzp1c8^Q9?gud~kEW{3Xuj>Hzk@xp?Y!3pJXC+Fz"
    "kQ{@(f^_v_&;)lUcZdUX`7ofk9Q+ZgT7a)ka&5HFlJ6n}4n-(3a$w1-|+h#!k8f%7Dv0K6|}rP0z_!Y7;}P}lBpdeE;7`su76fqh+kfd4rmPFoM_"
    "0e;-ib5mU+K0b?vi<Bj^-0N%=L5Bii2likess4nTZG4S5ZqB<H_-mbWo~^)ZxZW4_Z<7aW<q$mv@T17Tn)nue_AikcI~z=aY$Uz~m%zm-nb<pn6e"
    "cOABF2w|TD0M>{G5=*`X2tSn^O$ILO`05|55&Af6-GR>8lU+=@;dy3M-+n;gX9c{iN`1@WB*u6aN^&Ujnsy(j~YW)q6*LOE0|^tpir4_!IFfM+9*"
    "durcKd?+B*?7T|7S3VpA5=2g-1!cP+)`Gjx$AV;T&p$%9ifF{vlbx5fmGh%9TrokJWVC%JuE(HHh8}USW7_)cq1rqftk52AE#Y6?+hrqRf`1dIS?"
    "xr06`GzvBz<$#C9^Ub<>_2z+aWlOq2gA0qyvY-sBYT1fN})B5=F$CYD9;`01$>K`L($QG-3|(>)OeMFqZ=ocAK-HFd3+yTM+wlb2lEc%C0It4(VL"
    "A4{Z6|8^H$!g_iOo==ICXsB5fyxgoXD}zJTA9r>>x|O!#^O{uFu|=Ky@zM2%27Kae4o_B$5%2kvx-?DA1>&^H_oJ|*RJGLBHkIHv`jzOqNIIpV5+"
    "Up_EW;N<Z==$iR<0{zQ17F(qBDyOjr%J&)k8f%RHs$ciig8(Kqbd6A-U{E8TCpgG)b)1~tJY2oZ*2P=o))y><AGPQ{r8l_G@@Ng@!kFT(Yak&-!h"
    "UpWzwushKYwve>L==^)N#OuqJsy0zG~j|nu&Jvy$zLWZ#i_lTP%tx5MzG!giuRf>TM7^C^oRhYkYzN%p8V#Yy2cc9auTvf{(g%o8*_Zv0>K}(v`q"
    "J@bq9blhl17zbT->v2L8Jp#1KE47u*$oV311En{_Q@DMezqTk2a4fy!%N#TM>ed2Cj8>0qEokLA-l1*}t{NCEFIf|o5CR=ON`ZlBe&d)55tbjjJt"
    "1>_^yv!(#iW~_1-wq1zA=<-7D+}10Zt?rtO!*V_BO-N)3WML<QTGM<W}93uuZbPZzp;M=(mjUko9t2%f7%K@r=osUTym|G5Ff;FK@R-I1z%uITa%"
    "o=0%8V0ESy{feR-RP8xL3KpQg{Ox*VY3ae8yOILQ$6jJSgTLH=ZXvOZ2j<AXPdin0Lpr=qRKJKt@1DL>=y52Wkh$vOdUz)sJxgT6w=e+Iuo{|mJy"
    "ZBFq<eK~L59lvRoHECH}t-D{5Uv2djm|O7b5-5d)S@0K8N;p<YeJt!1>VZYYjqdJ2X%8Om9BqSZtS14V;Uvw>ZPRwHy}J3m_5X<fv~tmChCM0r=P"
    "___UW;esFZAz4`&Rciyh;pL(9=oD^a;xEy&rM*3R=5}wHM}y3bJ44XY?SC=0PeaCq6(%rviSTzql_GVkYI40*ZkbULWXafgiw+sIJ2u+~YfPxyWe"
    "n570F3)}#GBsW<3<H6?%BOdhCjNPQl0?Iw}$B%(pSAisko1z#>w(Vz;>c&!nHl-fnL2E)W1sXYNU;v@2aIu2k%!sGbg?;Ju?i%%~5I{RhurN48G$"
    "xl=%7>*dm#`#;LeTvv!2L0GD+?|i&Fk|rZPz)UBEk8z$52a!k>r&?*(1Gv}{=>JA2Kd6O!zJ}MwH_}~|LT3WVswI3k<ioheL~zl@I;Z`l(-gD{(l"
    "75D^{4l;|u8LLE|-YV3qsigNd_FK-l(zdQZ@bk~$Rdqb_CV()VXeaSwj}Nq!W8vzZWMY7TZv|DN)9;X6?IVAmcl1hJb}ixRv8jR<wGpr_L4!`1jR"
    "|HWODyL+rkSAq5HHQ)4asMFBeXZ@hO7jbKisDE{vlb!|s94QX*%N=QY<eos(?J|bm4IBB&@VTh$HtPKLtd-;=Shyp6!AUn~e~T57^4E$2ZskDwI>"
    "Kw+MGf)~{si21##87C?FTY9SRJG4oWq1})VGYOUs0LFc*La-cg-4(fc%6Y>`d4OF7%J~?{N~?DfO59%|#_kL>g{@JV=N;0FwrBWDn+O4WzJvpk3T"
    "gz!dR#bs`sx4BgE)Zoe*LjojE-_0{#|5^{9LpUoi#Uy$aaRYiyRB%pM{9BS4le~9`bJ-=9_Gg7nq`VndiIWZUy(@%u4_HUdt*x#si%XNP+0;_?gp"
    "bs2mj#1ftG{C>~>>QUJ7=MuUMNK_f_B3tcCfEd&OSry4iVXGaL50ei`ZcH{t$)s{*=~)$vA+{ZkUyN>0~-wL8Y|@SXuOcfvPY{spFeO<$%gzuunj"
    "hmA|=O4;2%)K=_c?i#vg#*&%9gQFY@_de#_Fyj+fNyfeV5{Fmy);?zQyUiuzNP*+z_aZtYx?esd}Z{EVx;%&G37gl46u`+;t5*ND49CM)|u{062O"
    "x%SQ+9>HNQc0Jh`z+PU+Cp}w$4kkPW$|;A?GYzO;1uZq-irON*;2V1r`XkyVNi<CHUiUMGI9tP`k+WqTDL`jS`D#>b3w*)4a3YmUQBi_)*I>dM!^"
    ";DU%o2)1`vML$xTx3gV4{egkhLAJ<{Rid=oeAVO4j1^()ofE&$?StCJ>*#$P;ULzb59Oi39Wtr@rG^|8~a7{*l%Ay!OwZ<Lt!{9WIdl^KJqs!%N+"
    "JBh7}B7e8^h2?2dcipm@GMCZ5Oc!B)9QtOK9#_m_mO2wL+5Gy9exVl6A;f@`t8(a6cabjio>?GO`FzUD6RME5W&7LcI@Ac7crsGfQ**<r(fH`zkM"
    "Cv!;e$}rP>XD`~@KN&I#jD{TQH{6Nl%jnv5<VD%eVlCgQ4Uj@0qN-ikO6q?rg9I}Py$hNCy!7El;dD%b$)qx;j_-Gq0LcnK^oDtpu4DiWF6^Emf%"
    "|%C#5&8HEJvvAEIW0e3xI8uBlzHqxFUOK-oq8Cta%r@aaeDf5HE2ZKHcS<-GQ{NgvlNfqzH#taRo8o4|$ffmd#M%hse~$m_7xuzuA304F-_;)3!T"
    "KjcVs|AFQV&_TEH@%`|YYPhp24t3*}v+Maa^<xC}N$Yrc+mU8PrG8)!)7l%)7>o0I<5V~8yVrF`{u6&o>Vl>x;9>JTAA^Dm{t%z2<L@4#W?fuRe`"
    "xCh4+&FAX^AR+vA;D&*{)IDdZza54PMDV$sgFpJWA@n;*LM_1NF}3Ul>1X^@EJK9O4&|T1p(8$0!q|&XyOsEO{B$K`k{VPpQ8-hygi0dM8~04Er6"
    "u7l!~daljttxi?C4iIyBY#ecyTS=@xafSxof_em@{@X&lRw}^SUc=R{(ov~y0lZvv~{yX7DpQ5Ag2DQ8(okfbo&x3ogcPXgPOuZvi)+PC|#%UzE>"
    "&?0`$q_Z?#@Olk(+R$s6jJ7H0%WM}XAUluMhurmT}4@ZJ+2QCDNIH@b_c!S_2Djp|7G{noMShL1$Af#cro%X-AcUy?`vLLdY|DGp>50&da$603e*"
    "_Q{}Q~m)L(>tNA*vKSkDh_nzwXO74GgHqEwE^f9So%S#1{bmH$9G-SLBm)w%ajV8_F`I>H9}xa0Ne@s3^5y!gQYpPL!gJ2V2mC7#W5FSd(2>bcT8"
    "_^Z(zjfR7tuHdi`udVk4Ol<v<=93l_*n1!-Pz!6*{W@GRNCLPIn%Xd$XsT7UB)$Sa^WNLK*OF$i8?m7-wApZ=xj6gV(gxGMZ&!NWLsvp2)U#UmCv"
    "NArk}wVY8em6r=r5D}?pEYMxjFr6cwc-)YOV9G-K8^geVU$}_0HY$u8BM9S?J7WVRft4#Lk7RZlJWOA2Y`bdPdLJ*V$F3ogvP{$)QiR-kp&j>)g?"
    "yiEQU8I-m0@fgdOD2N9Y$&qzU=0bjVzUER;!0&Nse<|+0IZEY3q=B|0KE(sr@mr|MzW_C(FZt!7+xb$G#M|Mp<$8BcNx`<;7z8Lkq4%!C)-+`5ZG"
    "oltfsSh_3G$ml?^IX*npU%_L{Zm}`C>;B@@X>>Fyy(3e)p8%*^Ik$ng}YnGBR>eCJmAObDV==JHXQnv{EP<&M;&S~x)QyM`o1jLHA^Nt<d4P!=#A"
    "bXydEs9$EiZ(GuQJz>i3$^KB&X&@<jdpD`Xaw(Gvq2xS1s80;=My9(BK_v&ktA)LpeH<FU*1+`p%37-5jc2bvsO)W03XGfT|TRa1>*mS!ZHs}h3a"
    "%E(KHUW51TG(}E>SyuI(B1dWwrh|{aVed1jZg^#@<=v_Z?%iJYA{E~v^QnV52_J6v?|V8g<6o?QV2<%gvk~;x*%{l=`!cnkjX{DD{u4Vtv4P(*jp"
    "((g*Ta+)TxDw4@3ZLSek%fK31v4E^1=m8VT^<91TnqVzth1ZKGNM|(uwgX3Uib%lZ55u&xsF0_*45Cp1yEVkuI@X`|mGgoyIS)Vo<IILGRd?3HHh"
    "RZ{mY_Fkj?nH<?vu9b+?7&#lB8@gjd`L*Lqks}{}tXpfWBdA3h%XAD>Ul)5Q7JtLv}jc>yI4(eyB=d^gAMh~ka91e2E>jm;9CcFXnd-#_afH815t"
    "QLc$`qdp+WI|&f&C_KW>;AUZ+HFkvQQ8%`2Nv*8&<}mogd56JXX64t_|dDPY)w-)s54Ibt#%qt{hDN|`zPn#-uVY^4D|^;)S1mBp?oJaH7Hx45P9"
    "R3)bE(l<f<cmOWpE$PEX+o&9-ysS5NtQLVhd7ic1N-aejJ*Lnn9xFD|O&{-PFJmdvPM)X}WN>}Wnc{~!nQBlLt!y7UvTm!+k<96q~L(YLP8d*f$3"
    "sf5oR6L>3BP`bp6JHA1_{%C)g`jqjgQPN8z9PL2+@H*<$;;eUw&p`7kKd1hx*v>SvvKHR|MW~zn4Y`GT==D^dL?uwwdKR<e3i?}x_Zn{~BVOf4sq"
    "Pr%SWJpv(W%H%<j~X4EHFO6i4<Y?7AIxY4E|k`KS2##?AVtV@~3v-0O=)a-r29BajHotPFFNbXQaZYzTn@Kpo)d+59`~`JwMOVi2`bCi+DcidDyE"
    "x*gKr`XPfdBxhy}g%Ad1^7pR3Q9&UFY&Chf{fz$i|rv(e0Txk5hKs1ceQ0I9v^kg5CUeZ6jG6xrW6tNgRJ%3@1{o)<sVVdX;eL<afIfG-{t$Uy%%"
    "@lf?f)ZzXE%Z|9*3@lJuYI@%nVIM8X4ubYf23(leDE@<CpyR_VDqZDD2#J|brdi98ItAQF$RB=LUJqWyU_HPoE=#9)jrPi3H9}Q`W*3spQ1Y=zTj"
    "hI*EVS6XgomC)Luv4fI5&7Ir@Q~GUDU<xZJZnPG`@KymhN!CzRcat&{Kr{7y$tT&-zm8EP5vV7tq4eWHFERstoJ))Dn3p-d4y=#O{0e}&JX>STFA"
    "(}@E0p3b2YOqzJ07~^uW758ROdfiO}ADUzn^@Q<JJ0Tt(jKruoVG#9Q3$KM1|H=F(vv8}lT;dz7nkMjTWmHErd85_Q`KzdOD7wf`#G<fKu{4qPXq"
    "Jr^IQR|pLGylGYeoPMweM&`+}Y2Bn}WsJ6-|>eavk!Z@eAy-9{GvX3^@!*CyO7c$nltG?M|w)H}>*$c{B!-{M}~SfUi56YhagEkViGv`654x)X68"
    "*aVGuoU+lnrh>o7-M_|e@-yt6l=BsuZ4D}0j3Y7o;JTtX_aCVcDp)P;%W=iwA^5J?@0*$))_3U0~e)!Y&D?QhUUc7%r{cdO;sr%yzJx?Yw@^ewON"
    "THwM$F8bXr6<>|py_$>t9E&Q9;%R^y;q?wYVvTp)6jU}IO^2Q{UE*B#cBfo<*K04_~MhEH`_Tq@wHhdvt*`q6f{>)SwwwnVpN@f(3kFa;xE9b=Xn"
    "rz1~p3Ba&RB~eMFu*fxo6_1PPtb-HO7}PQ+b?n^glfP8wGMTj+Tw;OTTnd2p_;82gq-oDB80p;#pK1K>7DpMd={Z*aer9}s0dAET*s+{o|DS6)Oa"
    "q&{{hcBIefdA9TO9X2_X?2HnkkPYzo8THkN?9ZrM4NnFQNT2I`1+oXEuk>VY65Otu%bI$Q;IJyXzF02&8TC6mMo$cNVfSu~X<iP!@jm;8t*L@qPL"
    "Uz~Mg7-qk~=iNrHKRdT%_C`^wmgu&DGCa0uTPT_!mCFyX4b49xrJwNB!4K%z`xCt<}}fe4K~JZ=lGi@Ah-OV%4P_-GiPV?68-?)bl!cGOfw<l;Z!"
    "`KfycW{JbKnorL-&^t=i6V@x&Kh0wv!^R-`rA(cFlKjb)}#koIB{q)MFr$tAgG0o%Y`8+r_>OZbKJ>MLtzd%+!D&1#6&qF9No_k%ab_ZZE>S30XK"
    "EkOzf~9rW!cFg*D^g?BB|(l~b@WsmSg0gj4yAGOPUlHIGQ7TlTS1l-0-A^`7koWE#V4-uBdX%cp*qvgD|l>58B|%+%WdcQzNw!a(|V=iqxlcUC;2"
    "J<ERNvMb4RlCwznHUM>ap%IqB^$ldrS-#5IAvPv8ff>jJJ&WD@!wNYy%(qh!X_T}50#_`y>9bnaxQ+bi(9sZkFn`a5xZw|_spt(mUBIo*Z)N_n2b"
    "o;41<)gSF2slQ<9=S6`-R7=3uv`q_odd&K-*8de%)c847KF?8~Koa<kZQSvS<|%UI&?mtz8c0tG@?E;V=y@>c)o1c@^qzb+?gy-+`Hz5;b2d&5RQ"
    "clC#G{9LfxaEj&%21q``7ue<!_-?ikmXYFM9)gI;H*+^aSCP{}jET9^p^Ko;_SPz+YYa?A+UHW6EFZw9p-jD8=UkJ%6H~W1WPzt0C?vD(=BOQ1@y"
    "|dTU4g<8FhT`v1@axW2%Nr$aPy=ofmPS6_{u7NqR`(!<Ak9^=vVp^w3sg#5^=owFf5p|ffqKCA}W)7p>$if^3?5mWkkGPUY``u)K6e6&mG)!mYw@"
    "EDD=VnJ5BCw?G(da*e_KPTRVhhL5F74?5@nx9pd`uPy*_rq~Ni!`d^8ZLom&c#iY)?ROt9)f;DmK@B)Y`o4X9P)Y{Sf@8=8jKSmG<54QxuyA7>NF"
    "H@-9InA#_{<Fpj`<TuPy4wmLc_nfc@T^aKCEeUTc&><d^w7B`7~qq5ePB$wim"
)


def images():
    """(750, 8, 8) float32 in [0, 1]: 200 to train on, 150 to validate, 400 to test."""
    packed = torch.frombuffer(bytearray(zlib.decompress(base64.b85decode(PIXELS))), dtype=torch.uint8)
    levels = torch.stack([(packed >> shift) & 3 for shift in (6, 4, 2, 0)], 1)
    return levels.reshape(-1, 8, 8).float() / 3


def labels():
    """(750,) int64."""
    return torch.tensor([int(mark) for mark in LABELS])
